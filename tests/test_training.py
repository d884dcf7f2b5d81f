"""Training: stopping rule, the loop, eq. 7 term by term, the start of fresh weights."""

import math

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from toys import Bright, by_hand, flat_images, make_images, seeded

from slfkit.channel import SymmetricDMC
from slfkit.errors import TrainingError
from slfkit.evaluation import accuracy, evaluate
from slfkit.images import normalise
from slfkit.models import Classifier, Codebook, Transceiver
from slfkit.objective import LossTerms, Objective, vq_loss
from slfkit.rng import generator
from slfkit.training import (
    ACCURACY_RULE,
    MSE_RULE,
    Environment,
    Schedule,
    StoppingRule,
    environment,
    fit,
    fit_classifier,
    fit_transceiver,
    pre_train,
)


@pytest.mark.parametrize(
    ("rule", "values", "epochs", "best"),
    [
        (MSE_RULE, [1.0], None, 1),
        (MSE_RULE, [1.0, 0.9], None, 2),
        (MSE_RULE, [1.0, 1.0, 1.0], 3, 1),  # two epochs without improvement
        (MSE_RULE, [1.0, 0.9899, 0.9898], None, 3),  # just over 1 % counts
        (MSE_RULE, [1.0, 0.9901, 0.9902], 3, 2),  # just under does not; yet its weights are best
        (MSE_RULE, [1.0, 0.995, 0.989], None, 3),  # slow improvements add up within the patience
        (MSE_RULE, [1.0, 0.995, 0.991], 3, 3),  # but not enough here
        (MSE_RULE, [1.0, 2.0, 0.5, 0.6, 0.49, 0.4], None, 6),  # each improvement renews patience
        (MSE_RULE, [1.0, 2.0, 0.5, 0.6, 0.499, 0.4], 5, 5),  # what comes later is not taken
        (MSE_RULE, [1.0, 1.1, 1.2, 0.1], 3, 1),
        (MSE_RULE, [1.0, math.nan, math.nan], 3, 1),
        (ACCURACY_RULE, [0.5, 0.5011, 0.5012], None, 3),  # just over 0.1 point counts
        (ACCURACY_RULE, [0.5, 0.5009, 0.5008], 3, 2),  # just under does not
        (ACCURACY_RULE, [0.5, 0.4, 0.3, 0.9], 3, 1),  # falling is no improvement
        (ACCURACY_RULE, [0.0, 0.002, 0.004, 0.006], None, 4),
        (ACCURACY_RULE, [0.9, 0.9, 0.95, 0.95, 0.95, 0.99], 5, 3),  # of equals the first
    ],
)
def test_when_a_rule_stops_and_which_epoch_is_best(rule, values, epochs, best):
    assert rule.epochs(values) == epochs
    assert rule.used(values) == (epochs or len(values))
    assert rule.best(values) == best


def test_patience_and_thresholds_are_parameters():
    values = [10.0, 9.5, 9.0, 8.5]
    assert StoppingRule("mse", absolute=1.0, patience=1).epochs(values) == 2
    assert StoppingRule("mse", absolute=1.0, patience=3).epochs(values) is None
    assert StoppingRule("mse", absolute=2.0, patience=3).epochs(values) == 4
    both = StoppingRule("mse", relative=0.1, absolute=0.5)
    assert both.epochs([10.0, 9.3, 9.2]) == 3  # 0.7 is above 0.5 but not above a tenth
    assert both.epochs([1.0, 0.6, 0.55]) == 3  # 0.4 is above a tenth but not above 0.5


class Scale(nn.Module):
    """One number to be learned, and one that is frozen."""

    def __init__(self, start=0.0):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(start))
        self.fixed = nn.Parameter(torch.tensor(1.0), requires_grad=False)


def run(losses_of=None, epochs=3, count=10, batch=4, measured=None, rules=(), rate=1e-3, seed=0):
    """Fit a ``Scale``; return its history and the labels in the order seen, epoch by epoch.

    The labels are the image numbers, so they show which images each step had.
    """
    network, seen = Scale(), []

    def loss(x, labels):
        seen.extend(labels.tolist())
        assert x.shape[1:] == (3, 32, 32) and torch.equal(x[:, 0, 0, 0], labels.byte())
        if losses_of is not None:
            return network.factor * 0 + losses_of(labels, len(seen))
        return (network.factor - 1).square()

    stages = iter(measured or [])
    schedule = Schedule(rules or (StoppingRule("mse", patience=99),), epochs, batch, rate)
    images = flat_images(range(count))
    history = fit(network, images, loss, lambda: {"mse": next(stages, 1.0)}, schedule, seeded(seed))
    return network, history, [seen[i : i + count] for i in range(0, len(seen), count)]


def test_every_image_is_seen_once_per_epoch_in_another_order_with_its_label():
    orders = run(epochs=3, seed=1)[2]
    assert len(orders) == 3
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert orders[0] != orders[1] != orders[2] != orders[0]
    assert list(range(10)) not in orders
    assert orders == run(epochs=3, seed=1)[2] != run(epochs=3, seed=2)[2]


def test_the_mean_loss_weighs_images_alike():
    """Batches of 4, 4 and 2: a mean over batches would give another number."""
    _, history, _ = run(lambda labels, _: labels.float().mean(), epochs=2)
    assert history.values("loss") == pytest.approx([4.5, 4.5])


@pytest.mark.parametrize("rate", [1e-3, 1e-2])
def test_adam_uses_the_learning_rate_of_the_schedule(rate):
    """Adam's first step is the learning rate itself, whatever the gradient's size."""
    network, _, _ = run(epochs=1, batch=10, rate=rate)
    assert network.factor.item() == pytest.approx(rate, rel=1e-5)
    assert network.fixed.item() == 1.0


def test_a_run_goes_on_until_all_rules_have_stopped_by_what_is_measured():
    quick, slow = StoppingRule("mse", patience=1), StoppingRule("mse", patience=3)
    assert len(run(epochs=9, rules=(quick,))[1].epochs) == 2
    assert len(run(epochs=9, rules=(quick, slow))[1].epochs) == 4
    assert len(run(epochs=3, rules=(quick, slow))[1].epochs) == 3  # at most
    falling = [1.0, 0.5, 0.4, 0.4, 0.4, 0.3]
    _, history, _ = run(epochs=9, rules=(MSE_RULE,), measured=falling)
    assert history.values("mse") == falling[:5]


def test_history_keeps_the_weights_of_each_epoch():
    network, history, _ = run(epochs=3)
    factors = [weights["factor"].item() for weights in history.weights]
    assert len(set(factors)) == 3 and factors == sorted(factors)
    assert factors[-1] == network.factor.item()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_stops_the_run(bad):
    """One bad batch, the 5th: the 2nd of epoch 2."""
    with pytest.raises(TrainingError, match=f"loss is {bad} in epoch 2 at learning rate 0.05"):
        run(lambda _, seen: torch.tensor(bad if seen == 18 else 0.0), epochs=3, rate=0.05)


class HostReads(TorchDispatchMode):
    """Counts how often a tensor's value is read by the host."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        aten = torch.ops.aten
        reads = (aten._local_scalar_dense, aten.nonzero, aten.equal)
        self.count += function in [read.default for read in reads]
        return function(*args, **(kwargs or {}))


def test_no_host_synchronisation_inside_an_epoch():
    toy, images = Transceiver(seeded(), 8), make_images(24)
    objective = Objective(toy, 0.1, 0.25, seeded())
    counts = []
    for batch in (24, 2):  # 1 step, 12 steps
        with HostReads() as reads:
            plan = Schedule((MSE_RULE,), 1, batch)
            fit(toy, images, objective, lambda: {"mse": 1.0}, plan, seeded())
        counts.append(reads.count)
    assert counts == [1, 1]  # the mean loss, at the epoch's end


def pass_by_hand():
    """x = -0.4, sent as codeword -1, heard as codeword 1 (eps = 1)."""
    toy, x = by_hand([-1.0, 1.0]), torch.full((2, 3, 32, 32), -0.4, requires_grad=True)
    out = toy(x, SymmetricDMC(1.0, 2), seeded())
    out.latent.retain_grad()
    return toy, out, vq_loss(x.detach(), out, toy.codebook)


def test_loss_terms_by_hand():
    """Codebook and commitment term compare z with what was sent, not with what was heard."""
    _, _, terms = pass_by_hand()
    assert terms.reconstruction.item() == pytest.approx(1.4**2)
    assert terms.codebook.item() == pytest.approx(0.6**2)
    assert terms.commitment.item() == pytest.approx(0.6**2)
    for beta in (0.25, 2.0):
        assert terms.total(beta).item() == pytest.approx(1.96 + 0.36 + beta * 0.36)
    # the last two are alike in value, so only terms set apart show which one beta weighs
    terms = LossTerms(torch.tensor(1.0), torch.tensor(10.0), torch.tensor(100.0))
    assert terms.total(0.25).item() == 1.0 + 10.0 + 25.0


def test_gradients_of_the_terms_by_hand():
    numbers = 2 * 256 * 3  # latent numbers, each a codeword's coordinate; 4 pixels each
    for name, latent, codeword in (
        ("reconstruction", 4 * 2 * 1.4 / (4 * numbers), None),
        ("codebook", None, 2 * -0.6 / 3),  # 512 rows pull on codeword 0's three coordinates
        ("commitment", 2 * 0.6 / numbers, None),
    ):
        toy, out, terms = pass_by_hand()
        getattr(terms, name).backward()
        for grad, expected in ((out.latent.grad, latent), (toy.codebook.weight.grad, codeword)):
            if expected is None:
                assert grad is None
            else:
                assert torch.allclose(grad[0], torch.full((3,), expected)), name
        if codeword:
            assert not toy.codebook.weight.grad[1].any()  # heard, but not sent


@pytest.mark.parametrize(
    ("term", "reached"),
    [
        ("reconstruction", {"encoder", "decoder"}),
        ("codebook", {"codebook"}),
        ("commitment", {"encoder"}),
    ],
)
@pytest.mark.parametrize("crossover", [0.0, 0.3])
def test_which_parameters_a_term_reaches(term, reached, crossover):
    toy, x = Transceiver(seeded(), 8), normalise(make_images(2).pixels)
    terms = vq_loss(x, toy(x, SymmetricDMC(crossover, 8), seeded()), toy.codebook)
    getattr(terms, term).backward()
    for name, parameter in toy.named_parameters():
        moved = parameter.grad is not None and bool(parameter.grad.any())
        assert moved == (name.split(".")[0] in reached), name


def test_the_objective_is_eq_7_over_the_channel():
    toy, x = Transceiver(seeded(), 8), normalise(make_images(2).pixels)
    found = Objective(toy, 0.3, 0.5, seeded(4))(x, None)
    out = toy(x, SymmetricDMC(0.3, 8), seeded(4))
    assert found.item() == vq_loss(x, out, toy.codebook).total(0.5).item()


def test_warm_up_is_plain_reconstruction_and_then_k_means_sets_the_codebook():
    toy, pixels = Transceiver(seeded(), 8), make_images(4).pixels
    x = normalise(pixels)
    before = toy.codebook.weight.detach().clone()
    objective = Objective(toy, 0.3, 0.25, seeded())
    objective.warm_up, objective.draw = 2, seeded(1)
    for _ in range(2):
        loss = objective(pixels, None)
        plain = nn.functional.mse_loss(toy.decode(toy.encode(x)), x)
        assert loss.item() == plain.item()
        assert torch.equal(toy.codebook.weight, before)
    third = objective(pixels, None)
    expected = Codebook(8, 16)
    expected.initialise(toy.encode(x).detach(), seeded(1))
    assert torch.equal(toy.codebook.weight, expected.weight)
    assert third.item() != plain.item()
    objective(pixels, None)  # and k-means once only
    assert torch.equal(toy.codebook.weight, expected.weight)


def schedule(epochs=1, batch=8, rate=1e-3, warm_up=100):
    rules = (StoppingRule("mse", patience=99),)
    return Schedule(rules, epochs, batch, rate, warm_up=warm_up)


def train(fresh=True, seed=0, crossover=0.1, plan=None, weights=0, count=96):
    toy = Transceiver(seeded(weights), 16)
    place = Environment(make_images(count), make_images(24, seed=1), crossover, Bright())
    history = fit_transceiver(toy, place, plan or schedule(), stream=("test", seed), fresh=fresh)
    return toy, history


@pytest.mark.parametrize(
    ("fresh", "warm_up", "expected"),
    [(True, 3, [3]), (True, 100, [6]), (True, 0, [0]), (False, 3, [])],
)
def test_k_means_happens_at_its_step(monkeypatch, fresh, warm_up, expected):
    """12 steps per epoch: after ``warm_up`` steps, or half an epoch if that is less; once."""
    steps, at = [], []
    adam, k_means = torch.optim.Adam.step, Codebook.initialise
    monkeypatch.setattr(torch.optim.Adam, "step", lambda *a: (steps.append(1), adam(*a))[1])
    monkeypatch.setattr(Codebook, "initialise", lambda *a: (at.append(len(steps)), k_means(*a))[1])
    train(fresh, plan=schedule(2, warm_up=warm_up))
    assert len(steps) == 24 and at == expected


def test_the_codebook_is_in_use_after_training():
    """Perplexity of 16 codewords: 7 to 11 over three seeds; left as drawn, all but one are dead."""
    _, history = train(plan=schedule(3, warm_up=6))
    assert min(history.values("perplexity")) > 4
    _, as_drawn = train(fresh=False, plan=schedule(3))
    assert max(as_drawn.values("perplexity")) < 2


def test_training_learns():
    _, history = train(plan=schedule(4))
    errors = history.values("mse")
    blind = normalise(make_images(24, seed=1).pixels).var().item()  # sending the mean image
    assert errors[-1] < 0.8 * errors[0] and errors[-1] < 0.8 * blind


def test_the_seed_fixes_the_history_bit_for_bit():
    (one, first), (two, second) = train(), train()
    assert first.epochs == second.epochs
    assert all(torch.equal(one.state_dict()[n], t) for n, t in two.state_dict().items())
    for other in ({"seed": 1}, {"crossover": 0.2}, {"weights": 1}):
        assert train(**other)[1].epochs != first.epochs


def test_the_held_out_noise_is_the_same_each_epoch():
    """With no steps to speak of, the validation metrics stand still."""
    _, history = train(fresh=False, crossover=0.5, plan=schedule(2, rate=1e-30))
    assert history.epochs[0]["mse"] == history.epochs[1]["mse"]
    assert set(history.epochs[0]) == {"loss", "mse", "accuracy", "perplexity"}


def test_a_classifier_learns_dark_from_bright():
    levels = list(range(0, 60)) + list(range(196, 256))
    images = flat_images(levels, labels=[0] * 60 + [1] * 60)
    network = Classifier(seeded(), 2)
    plan = Schedule((ACCURACY_RULE,), 5, batch=10)
    history = fit_classifier(network, images, images, plan, stream=("c", 0))
    assert history.values("accuracy")[-1] == accuracy(network, images) == 1.0
    again = Classifier(seeded(), 2)
    assert fit_classifier(again, images, images, plan, stream=("c", 0)).epochs == history.epochs


def test_an_environment_and_a_transceiver_from_images_alone():
    images = make_images(80, classes=2)
    made = environment(images, 0.2, seed=3, epochs=1)
    assert (len(made.images), len(made.held_out), made.crossover) == (72, 8, 0.2)
    assert len(environment(images, 0.2, held_out=30, epochs=1).held_out) == 30
    assert not any(weight.requires_grad for weight in made.classifier.parameters())

    told = []
    trained = pre_train(made, codewords=8, dimension=4, epochs=2, seed=3, progress=told.append)
    assert trained.codebook.weight.shape == (8, 4) and len(told) == 2
    best = min(told, key=lambda epoch: epoch["mse"])
    check = generator("validation", "transceiver", 3)
    again = evaluate(trained, trained, made.held_out, 0.2, made.classifier, check)
    assert again["mse"] == best["mse"]  # at its best epoch
    same = pre_train(made, codewords=8, dimension=4, epochs=2, seed=3)
    assert torch.equal(same.codebook.weight, trained.codebook.weight)
    other = pre_train(made, codewords=8, dimension=4, epochs=1, seed=4)
    assert not torch.equal(other.codebook.weight, trained.codebook.weight)
