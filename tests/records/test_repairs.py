"""A specification of a repair: one remedy, its name, its key, and what is refused."""

from functools import partial

import pytest
import tiny

from slfkit.errors import ParameterError
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
    assert one.needs() == tiny.alignment(2).needs()


def test_a_repair_has_another_key_than_the_alignment_it_mends():
    assert spec(replay=1).key != tiny.alignment(2).key


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "make 0 remedies: choose one"),
        ({"replay": 10, "rank": 2}, "make 2 remedies: choose one"),
        ({"frozen": 4, "rank": 2}, "nothing to repair"),
        ({"frozen": 0, "anchor": "l2sp"}, "set reinitialise False"),
        ({"rank": 2, "weight": 3.0}, "weight 3 has no use with rank 2"),
        ({"replay": 10, "matched": True}, "matched has no use without refit"),
        ({"anchor": "near"}, "is unknown: choose none or l2sp or ewc"),
        ({"replay": 10, "weight": 0.0}, "must be above zero"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ParameterError, match=message):
        spec(**fields)


def test_new_weights_may_be_taught_by_replay():
    assert spec(frozen=0, replay=10).fresh
