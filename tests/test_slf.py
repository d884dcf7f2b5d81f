"""The four steps of SLF: what is frozen, what crosses the air, what each user holds after."""

import copy
import dataclasses

import pytest
import torch
from toys import Bright, make_images, seeded

from slfkit.errors import MessageError, ParameterError
from slfkit.exchange import pack, seal, tensors, unpack
from slfkit.models import Transceiver, reset
from slfkit.records.spec import AlignmentSpec, TransceiverSpec
from slfkit.rng import generator
from slfkit.slf import (
    RULES,
    FineTuning,
    align,
    connect,
    download,
    freeze,
    frozen_parts,
    receive,
    tuned_parts,
)
from slfkit.training import Environment, Schedule

PARTS = ["decoder.up", "decoder.conv2", "decoder.conv1", "codebook"]
EVERY_F = pytest.mark.parametrize("frozen", range(5))
ALICE, DAVID = Transceiver(seeded(1)), Transceiver(seeded(2))
EVERYTHING = set(DAVID.state_dict())
ENVIRONMENT = Environment(make_images(32), make_images(8, seed=1), 0.1, Bright())
STEPS = Schedule(RULES, epochs=2, batch=16, learning_rate=1e-4)


def tune(frozen, plan=STEPS, seed=0, penalty=None, **choices):
    """Fine-tune a little: 32 images, so two steps per epoch, one of warm-up for new weights.

    Returns the alignment; Alice's and David's weights are random, which freezing does not mind.
    """
    tuning = FineTuning(frozen, schedule=plan, **choices)
    return align(ALICE, DAVID, ENVIRONMENT, tuning, seed=seed, penalty=penalty)


@pytest.fixture(scope="module")
def tuned():
    return [tune(frozen) for frozen in range(5)]


def part(name):
    """Return the part a tensor belongs to: its name without the last word."""
    return name.rpartition(".")[0]


def same(one, other):
    """Return the names of the tensors that are bit for bit the same in two transceivers."""
    mine, theirs = one.state_dict(), other.state_dict()
    return {name for name in mine if torch.equal(mine[name], theirs[name])}


def names(keep):
    return {name for name in EVERYTHING if keep(name)}


@EVERY_F
def test_parts_are_frozen_from_the_last_layer_or_from_the_codebook(frozen):
    assert list(frozen_parts(DAVID, frozen)) == PARTS[:frozen]
    assert list(tuned_parts(DAVID, frozen)) == PARTS[frozen:]
    assert list(frozen_parts(DAVID, frozen, "first")) == PARTS[::-1][:frozen]
    assert list(tuned_parts(DAVID, frozen, "first")) == PARTS[: 4 - frozen]
    model = Transceiver(seeded()).requires_grad_(False)  # also what was frozen before is freed
    freeze(model, frozen)
    held = {name for name, p in model.named_parameters() if not p.requires_grad}
    assert held == names(lambda name: part(name) in PARTS[:frozen])


@pytest.mark.parametrize("frozen", [-1, 5, 1.5, "2", None])
def test_refuses_what_is_no_number_of_parts_or_no_order(frozen):
    for use in (lambda: frozen_parts(DAVID, frozen), lambda: tune(frozen)):
        with pytest.raises(ParameterError, match="is not a number of parts: choose 0 to 4"):
            use()
    with pytest.raises(ParameterError, match="order 'middle' is unknown: choose last or first"):
        frozen_parts(DAVID, 2, "middle")


def test_connecting_takes_davids_codebook_and_decoder_and_refuses_what_does_not_fit():
    virtual = connect(ALICE, download(DAVID))
    assert same(virtual, ALICE) == names(lambda name: name.startswith("encoder."))
    assert same(virtual, DAVID) == names(lambda name: not name.startswith("encoder."))
    for other in (Transceiver(seeded(), codewords=16), Transceiver(seeded(), dimension=8)):
        with pytest.raises(MessageError):
            connect(ALICE, download(other))
    encoder_too = seal(pack(tensors(DAVID, ["encoder", *PARTS]), 32))
    with pytest.raises(MessageError, match="'encoder.conv1.bias' is unexpected"):
        connect(ALICE, encoder_too)


@EVERY_F
def test_fine_tuning_moves_every_tensor_but_the_frozen(tuned, frozen):
    """Those are David's bit for bit; the start of the others is David's or Alice's."""
    done = tuned[frozen]
    held = names(lambda name: part(name) in PARTS[:frozen])
    assert same(done.transceiver, connect(ALICE, download(DAVID))) == held
    assert same(done.transceiver, DAVID) == same(done.at(1), done.at(2)) == held
    assert same(done.at(2), done.transceiver) == EVERYTHING


def test_neither_user_is_changed():
    users = [(user, copy.deepcopy(user)) for user in (ALICE, DAVID)]
    for frozen in (0, 2):
        receive(DAVID, tune(frozen).upload(1), frozen)
    for user, before in users:
        assert same(user, before) == EVERYTHING
        for now, then in zip(user.parameters(), before.parameters(), strict=True):
            assert now.requires_grad == then.requires_grad and now.grad is None


def one_step(frozen, rate, **choices):
    """Return the transceiver after one step of Adam, which moves no number by more than the rate.

    One batch is all images, so fresh weights have no warm-up either.
    """
    plan = dataclasses.replace(STEPS, epochs=1, batch=32, learning_rate=rate)
    return tune(frozen, plan, **choices).transceiver


def furthest(one, other, prefix=("encoder", "decoder")):
    """Return the largest difference of two transceivers' weights, without the codebook."""
    mine, theirs = one.state_dict(), other.state_dict()
    return max(float((mine[n] - theirs[n]).abs().max()) for n in mine if n.startswith(prefix))


@pytest.mark.parametrize("rate", [1e-4, 1e-3])
def test_f_0_starts_from_new_weights(rate):
    start = Transceiver(seeded())
    reset(start, generator("re-initialise", 3))
    found = one_step(0, rate, seed=3)
    assert furthest(found, start) == pytest.approx(rate, rel=0.01)
    assert furthest(found, connect(ALICE, download(DAVID))) > 0.1


@EVERY_F
def test_all_else_starts_from_the_downloaded_weights(frozen):
    """f >= 1 whatever is asked, and f = 0 if re-initialising is switched off."""
    found = one_step(frozen, 1e-4, reinitialise=frozen > 0)
    assert furthest(found, connect(ALICE, download(DAVID))) == pytest.approx(1e-4, rel=0.01)


def test_only_new_weights_get_their_codebook_by_k_means():
    kept = one_step(0, 1e-4, reinitialise=False)
    assert furthest(kept, DAVID, "codebook") == pytest.approx(1e-4, rel=0.01)
    new = Transceiver(seeded())
    reset(new, generator("re-initialise", 0))
    for start in (DAVID, new):
        assert furthest(one_step(0, 1e-4), start, "codebook") > 0.1


@pytest.mark.parametrize("frozen", range(4))
def test_a_downloaded_codebook_is_set_by_k_means_if_asked(frozen):
    kept = one_step(frozen, 1e-4, reinitialise=False, refit=True)
    assert furthest(kept, DAVID, "codebook") > 0.1
    assert furthest(kept, connect(ALICE, download(DAVID))) == pytest.approx(1e-4, rel=0.01)


def test_f_0_starts_from_new_weights_at_the_rate_of_pre_training_and_only_if_wanted():
    user = TransceiverSpec("glyphs", 0.1)
    for frozen in range(5):
        spec, tuning = AlignmentSpec(user, user, 0.1, frozen, "glyphs"), FineTuning(frozen)
        assert spec.rate == tuning.scheduled().learning_rate == (1e-4 if frozen else 1e-3)
        assert spec.fresh == tuning.fresh == (frozen == 0)
        assert tuning.scheduled().rules == RULES
        given = dataclasses.replace(spec, learning_rate=2.0, full_learning_rate=3.0)
        assert given.rate == (2.0 if frozen else 3.0)
        assert not dataclasses.replace(spec, reinitialise=False).fresh
        assert not FineTuning(frozen, reinitialise=False).fresh
    assert FineTuning(0, schedule=STEPS).scheduled() is STEPS


def test_a_penalty_is_a_further_term_of_the_loss():
    def pull(transceiver):
        return 1e6 * transceiver.decoder.up.bias.square().sum()

    plain = tune(2, penalty=lambda transceiver: 0.0)
    assert same(plain.transceiver, tune(2).transceiver) == EVERYTHING
    before = DAVID.decoder.up.bias.detach()
    moved = one_step(0, 1e-4, reinitialise=False, penalty=pull).decoder.up.bias.detach()
    assert torch.allclose(moved, before - 1e-4 * before.sign(), atol=1e-6)


def test_the_seed_fixes_an_alignment():
    for frozen in (0, 3):
        first, again, other = tune(frozen), tune(frozen), tune(frozen, seed=1)
        assert first.history.epochs == again.history.epochs
        assert first.history.epochs != other.history.epochs
        assert same(first.transceiver, again.transceiver) == EVERYTHING
    assert furthest(one_step(0, 1e-4), one_step(0, 1e-4, seed=1)) > 0.1  # also in new weights


@EVERY_F
def test_after_the_upload_of_his_f_both_hold_the_same_codebook_and_decoder(tuned, frozen):
    theirs = names(lambda name: not name.startswith("encoder."))
    for epoch in (1, 2):
        rebuilt = receive(DAVID, tuned[frozen].upload(epoch), frozen)
        assert same(rebuilt, tuned[frozen].at(epoch)) == theirs
        assert EVERYTHING - theirs <= same(rebuilt, DAVID)
    for other in set(range(5)) - {frozen}:  # an upload carries just the unfrozen parts
        with pytest.raises(MessageError, match="missing|unexpected|0 bytes"):
            receive(DAVID, tuned[frozen].upload(1), other)


@EVERY_F
def test_what_training_changed_and_davids_frozen_parts_make_alices_best(tuned, frozen):
    done = tuned[frozen]
    epoch = done.best_epoch()
    mse = done.history.values("mse")
    assert mse[epoch - 1] == min(mse)
    tuned_tensors = tensors(DAVID, ("encoder", *PARTS[frozen:]))
    rebuilt = copy.deepcopy(DAVID)
    rebuilt.load_state_dict(unpack(done.changed(epoch), tuned_tensors, 32), strict=False)
    assert same(rebuilt, done.best()) == EVERYTHING


def test_sizes_of_the_messages(tuned):
    """113, 76, 21, 2 and 0 kB up (the paper's: 114, 76, 22, 2, 0), 113 down whatever f is."""
    ups = [len(one.upload(1)) for one in tuned]
    assert ups == pytest.approx([113_000, 76_000, 21_000, 2_000, 0], abs=1000)
    assert ups == sorted(ups, reverse=True) and ups[4] == 0
    assert {len(one.download) for one in tuned} == {ups[0]}
    for frozen, up in enumerate(ups):
        numbers = sum(t.numel() for t in tensors(DAVID, PARTS[frozen:]).values())
        assert up == 0 or 0 < up - 4 * numbers < 800  # names and shapes
