"""A specification of a repair: one remedy, its name and its key."""

from functools import partial

import pytest
import tiny

from slfkit.records.repairs import RepairSpec
from slfkit.records.spec import from_canonical

spec = partial(tiny.alignment, kind=RepairSpec)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"replay": 100}, "replay100-mu1"),
        ({"replay": 10, "weight": 0.1}, "replay10-mu0.1"),
        ({"anchor": "ewc"}, "ewc-mu1"),
        ({"rank": 4}, "rank4"),
        ({"rank": 4, "refit": True}, "rank4"),
        ({"replay": 10, "refit": True, "matched": True}, "matched-replay10-mu1"),
    ],
)
def test_a_repair_is_named_by_its_remedy_and_read_back(fields, name):
    one = spec(**fields)
    assert one.stem.endswith(f"-s0-{name}") and one.kind == "repairs"
    assert from_canonical(one.canonical()) == one
    assert one.needs() == tiny.alignment(2).needs() and one.key != tiny.alignment(2).key


def test_new_weights_may_be_taught_by_replay():
    assert spec(frozen=0, replay=10).fresh
