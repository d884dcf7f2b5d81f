"""Federated averaging between users who train on their own images and channel.

Source: McMahan et al., *Communication-Efficient Learning of Deep Networks from Decentralized Data*,
2017; the paper's Section III-A argues against it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from slfkit.early_stopping import MSE_RULE, StoppingRule
from slfkit.errors import ParameterError
from slfkit.exchange import pack, seal, tensors
from slfkit.models import Transceiver
from slfkit.rivals.matching import matched
from slfkit.rng import generator
from slfkit.training import Environment, Progress, Schedule, fit_transceiver

Weights = dict[str, torch.Tensor]
ALL = ("encoder", "codebook", "decoder")


@dataclass(frozen=True)
class Variant:
    """What is averaged, and what the users begin with.

    Attributes:
        shared: the parts that are averaged and sent; the others stay each user's own.
        common: whether all begin with the same new weights instead of their own.
        match: whether neurons and codewords are put in one order before they are averaged.
    """

    shared: tuple[str, ...] = ALL
    common: bool = False
    match: bool = False


VARIANTS = {
    "own": Variant(),
    "common": Variant(common=True),
    "codebook": Variant(shared=("codebook",)),
    "private": Variant(shared=("encoder", "codebook")),
    "matched": Variant(match=True),
}


@dataclass(frozen=True)
class User:
    """One who takes part: his pre-trained transceiver, his images and his channel."""

    transceiver: Transceiver
    environment: Environment


@dataclass
class Federation:
    """What federated averaging leaves behind, round by round.

    Attributes:
        networks: each user's transceiver after the last round.
        rounds: the validation metrics after each round.
        weights: each user's weights after each round.
        message: bytes that one user sends in a round.
        start: bytes of a common start, which the last user sends before the first round; else 0.
        epochs: passes that one user made over his images before each round's end, all together.
    """

    networks: list[Transceiver]
    rounds: list[dict[str, float]] = field(default_factory=list)
    weights: list[list[Weights]] = field(default_factory=list)
    message: int = 0
    start: int = 0
    epochs: list[int] = field(default_factory=list)

    def values(self, metric: str) -> list[float]:
        """Return a metric's value after each round."""
        return [one[metric] for one in self.rounds]

    def best_round(self, rule: StoppingRule = MSE_RULE) -> int:
        """Return the round whose weights a task keeps, counted from 1."""
        return rule.best(self.values(rule.metric))

    def at(self, number: int) -> list[Transceiver]:
        """Return each user's transceiver as it was after a round, counted from 1."""
        then = copy.deepcopy(self.networks)
        for network, weights in zip(then, self.weights[number - 1], strict=True):
            network.load_state_dict(weights)
        return then


def average(weights: Sequence[Mapping[str, torch.Tensor]], counts: Sequence[int]) -> Weights:
    """Return sum_i n_i w_i / n, name by name.

    Args:
        weights: of each user, with the same names and shapes.
        counts: n_i, the images each has trained on.

    Raises:
        ParameterError: not one count above zero for each user.
    """
    if not weights or len(counts) != len(weights) or min(counts) < 1:
        raise ParameterError(
            f"{len(weights)} users and counts {list(counts)}: give each user the number of images "
            "it has trained on, at least 1"
        )
    total = sum(counts)
    return {
        name: sum(one[name] * (count / total) for one, count in zip(weights, counts, strict=True))
        for name in weights[0]
    }


def federate(
    users: Sequence[User],
    variant: Variant,
    schedule: Schedule,
    measure: Callable[[Sequence[Transceiver]], dict[str, float]],
    *,
    rounds: int,
    seed: int = 0,
    progress: Progress = lambda epoch: None,
) -> Federation:
    """Let users train on their own and average, round by round.

    Args:
        users: two or more; the last one's order of neurons is that of all, if they are matched.
        variant: what is averaged, and from where the users begin.
        schedule: of one user's training in a round, without epochs for an average of what there
            is; its rules end the rounds, by ``measure``.
        measure: validation metrics of the users' transceivers, ``mse`` and ``accuracy`` among them.
        rounds: at most so many.
        seed: fixes a common start, the order of the images and the noise.
        progress: called after each round with its entry.

    Raises:
        ParameterError: eps outside [0, 1].
        TrainingError: the loss is not finite.
    """
    own = [copy.deepcopy(user.transceiver).requires_grad_(True) for user in users]
    networks = _common(users, schedule, seed) if variant.common else own
    done = Federation(networks, start=_message(networks[-1], ALL) if variant.common else 0)
    counts = [len(user.environment.images) for user in users]
    for number in range(1, rounds + 1):
        for place, (network, user) in enumerate(zip(networks, users, strict=True)):
            _local(network, user, schedule, ("federated", seed, place, number))
        done.message = _share(networks, counts, variant)
        done.rounds.append(measure(networks))
        done.weights.append([_copied(network) for network in networks])
        done.epochs.append(schedule.epochs * number + variant.common)
        progress(done.rounds[-1])
        if all(rule.epochs(done.values(rule.metric)) for rule in schedule.rules):
            break
    return done


def _local(
    network: Transceiver, user: User, schedule: Schedule, stream: tuple, fresh: bool = False
) -> None:
    """Train one user's transceiver for all epochs of a schedule, which may be none."""
    never = replace(MSE_RULE, patience=schedule.epochs)  # no epoch is left once it could stop
    schedule = replace(schedule, rules=(never,))
    fit_transceiver(network, user.environment, schedule, stream=stream, fresh=fresh)


def _common(users: Sequence[User], schedule: Schedule, seed: int) -> list[Transceiver]:
    """Return a copy for each user of new weights that the last one has trained for an epoch."""
    last = users[-1]
    size = last.transceiver.codebook.weight
    network = Transceiver(generator("federated", seed), *size.shape).to(size.device)
    _local(network, last, replace(schedule, epochs=1), ("federated", seed, "start"), fresh=True)
    return [copy.deepcopy(network) for _ in users]


def _share(networks: list[Transceiver], counts: Sequence[int], variant: Variant) -> int:
    """Average the shared parts in place; return the bytes one user sends for it."""
    *others, last = networks
    if variant.match:
        for network in others:
            network.load_state_dict(matched(network, last).state_dict())
    shared = average([tensors(network, variant.shared) for network in networks], counts)
    for network in networks:
        network.load_state_dict(shared, strict=False)
    return _message(last, variant.shared)


def _message(network: Transceiver, parts: tuple[str, ...]) -> int:
    """Return the bytes of a message with these parts."""
    return len(seal(pack(tensors(network, parts), len(network.codebook.weight))))


def _copied(network: Transceiver) -> Weights:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
