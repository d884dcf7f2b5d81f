"""Eq. 7 in two halves: bit for bit the training of one process, bytes by the formula."""

from functools import partial

import pytest
import torch
from toys import make_images, seeded

from slfkit.aligners.message import pack_indices
from slfkit.early_stopping import StoppingRule
from slfkit.errors import MessageError, ParameterError
from slfkit.exchange import pack
from slfkit.models import Classifier, Transceiver, Transmission
from slfkit.rivals import halves
from slfkit.rivals.halves import AliceHalf, DavidHalf, Terms
from slfkit.training import Environment, Schedule, fit_transceiver

IMAGES = make_images(20)


terms = partial(Terms, IMAGES.checksum(), count=20, crossover=0.3, batch=8, epochs=2)


class Exact(Transceiver):
    """The decoder sees C[r] itself; z + (C[r] - z), as the book's own, rounds twice on the way."""

    def send(self, images, noise):
        latent = self.encode(images)
        sent = self.codebook.nearest(latent)
        received = self.codebook(noise.on(sent, len(self.codebook.weight))).detach()
        image = self.decode(received + (latent - latent.detach()))
        return Transmission(latent, sent, image)


def one_process(agreed, kind=Exact):
    network = kind(seeded(1))
    judge = Classifier(seeded()).requires_grad_(False)
    never = StoppingRule("mse", patience=agreed.epochs)
    schedule = Schedule((never,), agreed.epochs, agreed.batch, agreed.learning_rate, agreed.beta)
    where = Environment(IMAGES, make_images(4, 5), agreed.crossover, judge)
    fit_transceiver(network, where, schedule, stream=("align", agreed.seed), fresh=False)
    return network.state_dict()


def pair(agreed):
    return [half(Transceiver(seeded(1)), IMAGES, agreed) for half in (AliceHalf, DavidHalf)]


def by_hand(agreed):
    """Let the halves train without a wire; return the weights of what both end with, and bytes."""
    alice, david = pair(agreed)
    size = len(david.start())
    alice.start(david.start())
    for which in halves.batches(agreed):
        asked = alice.request(which)
        answered = david.answer(asked, which)
        alice.apply(answered)
        size += len(asked) + len(answered)
    return both(alice, david), size


def both(alice, david):
    own, his = alice.network.state_dict(), david.network.state_dict()
    assert torch.equal(own["codebook.weight"], his["codebook.weight"])
    return {name: own[name] if name.startswith("encoder") else his[name] for name in own}


def test_the_weights_are_bit_for_bit_those_of_one_process():
    one, two = one_process(terms()), by_hand(terms())[0]
    assert not torch.equal(one["encoder.conv1.weight"], Transceiver(seeded(1)).encoder.conv1.weight)
    assert [name for name in one if not torch.equal(one[name], two[name])] == []


def test_the_books_own_training_differs_by_rounding_alone():
    """z + (C[r] - z) is C[r] to a few units in the last place: less than a hundredth of a step."""
    agreed = terms(batch=20, epochs=1)
    one, two, start = one_process(agreed, Transceiver), by_hand(agreed)[0], Transceiver(seeded(1))
    for name, tensor in start.state_dict().items():
        gap, step = ((one[name] - other).abs().mean() for other in (two[name], tensor))
        assert gap < 0.01 * step


@pytest.mark.parametrize(("precision", "batch"), [("float32", 8), ("int8", 20)])
def test_bytes_are_those_of_the_formula(precision, batch):
    agreed = terms(precision=precision, batch=batch)
    size = by_hand(agreed)[1]
    assert agreed.steps == 2 * -(-20 // batch)
    assert halves.formula(agreed, 40, agreed.steps) < size
    assert size == pytest.approx(halves.formula(agreed, 40, agreed.steps), rel=0.01)


def test_a_gradient_of_eight_bits_is_near_and_trains_and_zeros_stay_zero():
    gradient = torch.randn(2 * 256, 16, generator=seeded())
    gradient[:256] *= 1000  # each image has its own scale
    sent = halves._quantised(gradient, "int8")
    back = sent["gradient"].float() * sent["scale"].repeat_interleave(256)[:, None]
    largest = gradient.abs().view(2, -1).amax(1)
    worst = (back - gradient).abs().view(2, -1).amax(1)
    assert (worst <= largest / 254 * (1 + 1e-5)).all()
    start = Transceiver(seeded(1)).state_dict()
    after = by_hand(terms(precision="int8"))[0]
    assert all(not torch.equal(after[name], start[name]) for name in start)
    sent = halves._quantised(torch.zeros(256, 16), "int8")
    assert not sent["gradient"].any() and (sent["scale"] > 0).all()


def test_a_request_that_does_not_fit_is_refused():
    agreed = terms(codewords=20)
    network = Transceiver(seeded(), codewords=20)
    david = DavidHalf(network, IMAGES, agreed)
    indices = pack_indices(torch.full((256,), 21), 20)
    message = pack({"gradient": torch.zeros(20, 16), "indices": indices}, 20)
    with pytest.raises(MessageError, match="index 21 is none of 20 codewords"):
        david.answer(message, torch.tensor([0]))
    with pytest.raises(MessageError, match="'indices' is \\(160,\\)"):
        david.answer(message, torch.tensor([0, 1]))
    with pytest.raises(MessageError, match="not finite"):
        bad = {"gradient": torch.full((20, 16), float("nan")), "indices": indices}
        david.answer(pack(bad, 20), torch.tensor([0]))
    assert david.losses == []


def test_terms_are_compared_one_by_one():
    own = terms()
    assert own.difference(own.to_bytes()) == ""
    said = own.difference(terms(seed=1).to_bytes())
    assert said == "seed is 0 here and 1 there: start both alike"
    for foreign in (b"[1]", b"{}"):
        assert own.difference(foreign).startswith("images is '")
    assert own.difference(b"\xff{") == "the peer's terms cannot be read"
    with pytest.raises(ParameterError, match="precision 'int4' is unknown"):
        terms(precision="int4")


def test_no_message_is_larger_than_the_bound():
    for precision in halves.PRECISIONS:
        agreed = terms(precision=precision)
        alice, david = pair(agreed)
        alice.start(david.start())
        asked = alice.request(torch.arange(8))
        for message in (asked, david.answer(asked, torch.arange(8)), agreed.to_bytes()):
            assert len(message) <= halves.largest(agreed)
