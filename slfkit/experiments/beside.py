"""Ways that train nothing, beside those that ``choosing`` chooses from.

Their stored runs have only test images, which may report but not choose; so the aligner is the one
that ``ways.BEST`` names beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slfkit.experiments.choosing import Need
from slfkit.experiments.ways import BEST, ENCODER, ways
from slfkit.reporting.intervals import text
from slfkit.reporting.metrics import METRICS
from slfkit.reporting.rows import Row, along


def beside(rows: Sequence[Row], world: str, need: Need) -> str:
    """Say what ways without training would give in time; "" where none is stored or in time.

    Args:
        rows: of ``pilots``.
        world: the mismatch, such as "ε = 0.3".
        need: whose link and deadline are taken.
    """
    own = [way for way in ways(rows, need.link) if way["world"] == world]
    own = [way for way in own if not need.deadline or way["seconds"] <= need.deadline]
    parts = [_aligner(own), _encoder(own)]
    if not any(parts):
        return ""
    return (
        f"Without training, and judged only by test images: "
        f"{'; '.join(filter(None, parts))}. David's old link stays as it is."
    )


def _aligner(own: Iterable[Row]) -> str:
    """Describe the aligner named beforehand, with the number of pilots that most seeds have."""
    named = [way for way in own if (way["way"], way["payload"]) == BEST]
    if not named:
        return ""
    count, group = max(along(named, "pilots").items(), key=lambda one: len(one[1]))
    return f"{BEST[0]} from the {BEST[1]} of {count} pilots, {_described(group)}"


def _encoder(own: Iterable[Row]) -> str:
    """Describe what David's encoder gives, sent along in place of Alice's."""
    group = [way for way in own if way["way"] == ENCODER]
    return f"David's encoder in place of Alice's, {_described(group)}" if group else ""


def _described(group: Sequence[Row]) -> str:
    return (
        f"ready after {text((way['seconds'] for way in group), '{:.2f}')} s, test MSE "
        f"{text((way['mse'] for way in group), METRICS['mse'].form)}"
    )
