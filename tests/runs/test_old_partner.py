"""What David's old partner hears after an upload: his own encoder, the parts that were sent."""

import numpy as np
import pytest
import tiny
import torch

from slfkit.runs import old_partner
from slfkit.runs.compute import compute
from slfkit.runs.workplace import Workplace


@pytest.fixture(scope="module")
def place(shared):
    return Workplace(shared)


@pytest.mark.parametrize("frozen", [2, 4])
def test_david_has_the_uploaded_parts_and_else_his_own(place, frozen):
    spec = tiny.alignment(frozen)
    compute(spec, place.store)
    networks = old_partner.rebuilt(spec, place), place.transceiver(spec.david), place.aligned(spec)
    after, david, alice = (network.state_dict() for network in networks)
    sent = ("codebook.", "decoder.conv1.") if frozen == 2 else ()
    for name, weights in after.items():
        assert torch.equal(weights, (alice if name.startswith(sent or "none") else david)[name])


def test_where_nothing_is_uploaded_the_pictures_are_the_same(place):
    seen = old_partner.pictures(compute(tiny.alignment(4), place.store), place)
    assert np.array_equal(seen["before"], seen["after"])
    assert seen["original"].shape == seen["before"].shape == (4, 3, 32, 32)
    changed = old_partner.pictures(compute(tiny.alignment(2), place.store), place)
    assert np.array_equal(changed["before"], seen["before"])
    assert not np.array_equal(changed["after"], seen["after"])
