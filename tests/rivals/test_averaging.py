"""Federated averaging: the average by hand, and what each variant shares and leaves alone."""

import copy
from dataclasses import replace

import pytest
import torch
from toys import make_images, seeded

from slfkit.early_stopping import RULES, StoppingRule
from slfkit.errors import ParameterError
from slfkit.exchange import pack, seal, tensors
from slfkit.models import Classifier, Transceiver
from slfkit.rivals import matching
from slfkit.rivals.averaging import ALL, VARIANTS, User, Variant, average, federate
from slfkit.training import Environment, Schedule, fit_transceiver

NEVER = StoppingRule("mse", patience=9)
SCHEDULE = Schedule(RULES, epochs=1, batch=8)


def users(*crossovers):
    judge = Classifier(seeded()).requires_grad_(False)
    return [
        User(
            Transceiver(seeded(place)),
            Environment(make_images(24, place), make_images(8, 9), crossover, judge),
        )
        for place, crossover in enumerate(crossovers)
    ]


def falling():
    """Return a measure whose MSE falls from round to round, so that no rule ends the rounds."""
    values = iter(range(9, 0, -1))
    return lambda networks: {"mse": float(next(values)), "accuracy": 0.5}


def run(variant, rounds=1, schedule=SCHEDULE, who=None):
    return federate(who or users(0.1, 0.3), variant, schedule, falling(), rounds=rounds)


def differing(networks):
    """Return the parts in which two networks differ."""
    first, second = (network.state_dict() for network in networks)
    return {name.split(".")[0] for name in first if not torch.equal(first[name], second[name])}


def test_the_average_by_hand_with_a_count_for_each_user():
    weights = [{"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([5.0, -2.0])}]
    assert average(weights, [3, 1])["a"].tolist() == [2.0, 1.0]
    assert average(weights[:1], [7])["a"].tolist() == [1.0, 2.0]
    for counts in ([], [1], [1, 0], [1, 2, 3]):
        with pytest.raises(ParameterError, match="2 users and counts"):
            average(weights, counts)


def test_one_user_alone_trains_as_without_averaging():
    """Two local epochs are two of ``fit_transceiver``, though its own rule would have ended."""
    (alone,) = users(0.1)
    schedule = replace(SCHEDULE, epochs=2)
    done = run(Variant(), schedule=schedule, who=[alone])
    own = copy.deepcopy(alone.transceiver)
    stream = ("federated", 0, 0, 1)
    history = fit_transceiver(
        own, alone.environment, replace(schedule, rules=(NEVER,)), stream=stream, fresh=False
    )
    assert len(history.epochs) == 2
    assert differing([own, done.networks[0]]) == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_the_users_differ_after_a_round_in_what_they_do_not_share(name):
    variant, who = VARIANTS[name], users(0.1, 0.3)
    before = [copy.deepcopy(user.transceiver) for user in who]
    done = run(variant, who=who)
    assert differing(done.networks) == set(ALL) - set(variant.shared)
    size = len(seal(pack(tensors(done.networks[0], variant.shared), 32)))
    assert done.message == size
    for user, old in zip(who, before, strict=True):
        assert differing([user.transceiver, old]) == set()  # nobody's own weights are changed


def test_what_is_averaged_is_what_the_users_trained_or_one_common_start():
    # Codewords of one round, from each user's training alone.
    who = users(0.1, 0.3)
    done = run(VARIANTS["codebook"], who=who)
    alone = [run(Variant(shared=()), who=who).networks[k].codebook.weight for k in (0, 1)]
    torch.testing.assert_close(done.networks[0].codebook.weight, (alone[0] + alone[1]) / 2)
    done = run(Variant(shared=(), common=True), rounds=1)
    own = run(Variant(shared=()), rounds=1)
    assert differing([done.networks[1], own.networks[1]]) == set(ALL)
    assert (done.epochs, own.epochs) == ([2], [1])


def test_matched_users_of_one_network_average_to_it():
    """A user and a permuted copy of him, who do not train: learning rate almost zero."""
    first, second = users(0.1, 0.1)
    turned = {
        axis: torch.arange(size).roll(3) for axis, size in (("encoder 1", 32), ("latent", 16))
    }
    permuted = matching.permuted(first.transceiver.state_dict(), turned)
    second.transceiver.load_state_dict(permuted)
    still = replace(SCHEDULE, learning_rate=1e-12)
    own = first.transceiver.state_dict()
    for name, same in (("matched", True), ("own", False)):
        (_, last) = run(VARIANTS[name], schedule=still, who=[second, first]).networks
        gap = max(float((last.state_dict()[n] - own[n]).abs().max()) for n in own)
        assert (gap < 1e-6) == same


def test_rounds_are_kept_and_end_by_the_rules():
    same = {"mse": 1.0, "accuracy": 0.5}
    flat = federate(users(0.1, 0.3), Variant(), SCHEDULE, lambda networks: same, rounds=9)
    assert len(flat.rounds) == 3 and flat.epochs == [1, 2, 3]  # patience 2
    done = run(Variant(), rounds=2)
    assert [one["mse"] for one in done.rounds] == [9.0, 8.0] and done.best_round() == 2
    assert differing([done.at(2)[0], done.networks[0]]) == set()
    assert differing([done.at(1)[0], done.networks[0]]) == set(ALL)
