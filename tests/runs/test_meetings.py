"""One user meets a city at toy size: every scheme and receiver, public pilots, what is refused."""

from functools import partial

import pytest
import tiny
import torch

from slfkit.aligners.message import payload_bytes
from slfkit.aligners.work import ridge_flops
from slfkit.images import normalise
from slfkit.records.pilots import MeetingSpec
from slfkit.records.spec import ClassifierSpec, PairSpec
from slfkit.runs.compute import compute
from slfkit.runs.meetings import SCHEMES, public_pilots
from slfkit.runs.workplace import Workplace

CITY = (tiny.transceiver(0.1), tiny.transceiver(0.3), tiny.transceiver(0.1, source="scenes"))
spec = partial(MeetingSpec, CITY, pilots=5, held_out=32, **tiny.SCALE)


@pytest.fixture(scope="module")
def results(shared):
    return compute(spec(1), shared).results


def test_every_scheme_is_tested_to_every_other_user_and_has_its_price(results):
    tested = [(link["scheme"], link["receiver"]) for link in results["links"]]
    assert sorted(tested) == sorted((scheme, j) for scheme in SCHEMES for j in (0, 2))
    assert len(tested) + 1 == spec(1).links
    assert 0 < results["message_bytes"] - payload_bytes(5, "indices") < 320
    assert results["fit_flops"] == ridge_flops(5, 3, 16)


def test_the_unaligned_link_is_that_of_the_pair(results, shared):
    """As page 01 tests it: the sender's images over the sender's air."""
    pair = PairSpec(CITY[1], CITY[0], 0.3, "glyphs", test=32, draws=2)
    (link,) = [x for x in results["links"] if (x["scheme"], x["receiver"]) == ("unaligned", 0)]
    assert link["test"] == compute(pair, shared).results["test"]


def test_public_pilots_are_training_images_of_every_source(shared):
    place = Workplace(shared)
    pilots = public_pilots(spec(0), place)
    assert pilots.shape == (5, 3, 32, 32)
    for source, part in (("glyphs", pilots[:3]), ("scenes", pilots[3:])):
        training, _ = place.training_images(ClassifierSpec((source,), train=96, held_out=32))
        rows = normalise(training.pixels)
        assert all(bool((rows == image).flatten(1).all(1).any()) for image in part)
    assert torch.equal(pilots, public_pilots(spec(2), place))  # all members have the same
