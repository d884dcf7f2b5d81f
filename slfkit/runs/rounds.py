"""Computes a run of federated averaging, and tests it as SLF is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import nn

from slfkit.early_stopping import StoppingRule, rules
from slfkit.evaluation import evaluate, flops_per_image
from slfkit.images import Images
from slfkit.models import Transceiver
from slfkit.records.rounds import RoundSpec
from slfkit.records.spec import TransceiverSpec, classifier_for
from slfkit.rivals.averaging import VARIANTS, Federation, User, federate
from slfkit.rng import generator
from slfkit.runs.execution import (
    draw_noise,
    example_images,
    measured_draws,
    pixel_variance,
    schedule_of,
)
from slfkit.runs.workplace import Workplace
from slfkit.training import Environment


def run(spec: RoundSpec, place: Workplace) -> dict:
    """Return the results of federated averaging between Alice and David.

    The link that counts is from Alice's encoder to David's decoder, over the air's channel, on her
    images; each user's link to himself, on his own images and channel, stands beside it.

    Raises:
        DataError, TrainingError: as data and training do.
    """
    alice, david = (_user(one, place) for one in (spec.alice, spec.david))
    both = rules(spec.patience)
    schedule = replace(schedule_of(spec, place, both, spec.learning_rate), epochs=spec.local)
    trial = Trial(spec, alice, david, place.test_images(spec))
    done = federate(
        (alice, david),
        VARIANTS[spec.variant],
        schedule,
        trial.validation,
        rounds=spec.rounds,
        seed=spec.seed,
        progress=place.progress,
    )
    best = done.best_round(both[0])
    history = trial.history(done)
    return {
        "history": history,
        "tasks": {rule.metric: trial.task(done, rule) for rule in both},
        "old_link": _own_link(spec.david, done.at(best)[1], place, spec.draws),
        "own_link": _own_link(spec.alice, done.at(best)[0], place, spec.draws),
        **{name: history[best - 1][name] for name in ("bytes_down", "bytes_up")},
        "flops_per_image": trial.flops,
        "training_images": len(alice.environment.images),
        "examples": example_images(*done.at(best), trial.test, spec.crossover, trial.judge),
        "pixel_variance": pixel_variance(trial.test),
    }


def _user(spec: TransceiverSpec, place: Workplace) -> User:
    """Return a user in the environment he was pre-trained in."""
    images, held_out = place.training_images(spec)
    judge = place.classifier(classifier_for(spec), images.classes)
    return User(place.transceiver(spec), Environment(images, held_out, spec.crossover, judge))


def _own_link(spec: TransceiverSpec, after: Transceiver, place: Workplace, draws: int) -> dict:
    """Return the test metrics of a user's link to himself, before and after."""
    test = place.test_images(spec)
    judge = place.classifier(classifier_for(spec), test.classes)
    return {
        "before": place.store.load(spec).results["test"],
        "after": measured_draws(
            after, after, test, spec.crossover, judge, replace(spec, draws=draws)
        ),
    }


@dataclass
class Trial:
    """Tests the users round by round; only ``validation`` has a say in the training."""

    spec: RoundSpec
    alice: User
    david: User
    test: Images

    @property
    def flops(self) -> int:
        """Operations of one user per image and step."""
        return flops_per_image(self.david.transceiver)

    @property
    def judge(self) -> nn.Module:
        """The classifier that judges what arrives."""
        return self.alice.environment.classifier

    def validation(self, networks: Sequence[Transceiver]) -> dict[str, float]:
        """Return the metrics of the new link and of each user's own, on held-out images."""
        alice, david = networks
        new = self._checked(alice, david, self.alice.environment, self.spec.crossover)
        entry = {name: new[name] for name in ("mse", "accuracy", "perplexity")}
        for name, network, user in (("alice", alice, self.alice), ("david", david, self.david)):
            own = self._checked(network, network, user.environment, user.environment.crossover)
            entry |= {f"{name}_{metric}": own[metric] for metric in ("mse", "accuracy")}
        return entry

    def _checked(
        self, sender: Transceiver, receiver: Transceiver, where: Environment, crossover: float
    ) -> dict:
        device = where.images.pixels.device
        noise = generator("validation", "federated", self.spec.seed, device=device)
        return evaluate(sender, receiver, where.held_out, crossover, where.classifier, noise)

    def history(self, done: Federation) -> list[dict[str, float]]:
        """Return the validation history with a draw of the test metrics, bytes and operations.

        Bytes are Alice's, down and up, operations one user's, all until the end of a round.
        """
        images = len(self.alice.environment.images)
        rows = []
        for number, entry in enumerate(done.rounds, start=1):
            noise = draw_noise(self.spec, self.test, 0)
            crossover = self.spec.crossover
            test = evaluate(*done.at(number), self.test, crossover, self.judge, noise)
            rows.append(
                {
                    **entry,
                    "test_mse": test["mse"],
                    "test_accuracy": test["accuracy"],
                    "bytes_down": done.start + number * done.message,
                    "bytes_up": number * done.message,
                    "flops": done.epochs[number - 1] * images * self.flops,
                }
            )
        return rows

    def task(self, done: Federation, rule: StoppingRule) -> dict:
        """Return one task's rounds and its test metrics at its own best round."""
        best = done.best_round(rule)
        return {
            "epochs": rule.used(done.values(rule.metric)),
            "best_epoch": best,
            "test": measured_draws(
                *done.at(best), self.test, self.spec.crossover, self.judge, self.spec
            ),
        }
