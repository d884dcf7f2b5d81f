"""A transceiver's own link, judged by a classifier of another seed."""

from __future__ import annotations

from slfkit.records.opinions import OpinionSpec
from slfkit.runs.execution import measured_draws, pixel_variance
from slfkit.runs.workplace import Workplace


def run(spec: OpinionSpec, place: Workplace) -> dict:
    """Return the test metrics of each draw of the channel; the accuracy is this judge's.

    Raises:
        DataError: as data do.
    """
    test, own = place.test_images(spec), place.transceiver(spec.transceiver)
    judge = place.classifier(spec.classifier, test.classes)
    crossover = spec.transceiver.crossover
    return {
        "test": measured_draws(own, own, test, crossover, judge, spec),
        "pixel_variance": pixel_variance(test),
    }
