"""Figures of *Cost and scale*: what an epoch costs, and what many users cost."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .style import INK, WIDTH, look, use_style

AXES = {
    "images": "training images",
    "batch": "batch (images)",
    "codewords": "codewords K",
    "dimension": "dimension D",
    "frozen": "frozen parts f",
}


def epoch_panels(points: dict[str, list[tuple[int, float]]]) -> Figure:
    """Plot seconds of an epoch, a panel for each thing that is varied; see ``scale.epochs``."""
    use_style()
    figure, panels = plt.subplots(3, 2, figsize=(WIDTH, 1.4 * WIDTH), layout="constrained")
    for panel, (what, label) in zip(panels.flat, AXES.items(), strict=False):
        pairs = points.get(what, [])
        panel.set_xlabel(label)
        if not pairs:
            panel.set(xticks=[], yticks=[])
            panel.text(0.5, 0.5, "not measured", ha="center", transform=panel.transAxes)
            continue
        _times(panel, what, pairs)
        panel.set_ylim(0, 1.1 * max(seconds for _, seconds in pairs))
        if what not in ("images", "frozen"):
            panel.set_xscale("log", base=2)
            panel.xaxis.set_major_formatter("{x:.0f}")
    figure.supylabel("seconds an epoch (s)")
    panels.flat[-1].set_axis_off()
    return figure


def _times(panel, what: str, pairs: list[tuple[int, float]]) -> None:
    """Draw a line in ink, since it stands for no f; where f varies, each point looks like its f."""
    panel.plot(*zip(*pairs, strict=True), "-" if what == "frozen" else "o-", color=INK)
    if what == "frozen":
        for frozen, seconds in pairs:
            panel.plot(frozen, seconds, markersize=8, **look(frozen))
        panel.set_xticks([frozen for frozen, _ in pairs])


def users_figure(lines: dict[int, list[dict]]) -> Figure:
    """Plot bytes and time over the number of users, a line for each f; see ``scale.users``."""
    use_style()
    figure, panels = plt.subplots(2, 1, figsize=(WIDTH, 1.3 * WIDTH), layout="constrained")
    for frozen, rows in lines.items():
        at = [row["users"] for row in rows]
        for panel, key in zip(panels, ("megabytes", "seconds"), strict=True):
            panel.loglog(at, [row[key] for row in rows], label=f"f = {frozen}", **look(frozen))
    panels[0].set_ylabel("sent in all (MB)")
    panels[1].set(ylabel="all pairs in turn (s)", xlabel="users N")
    if lines:
        panels[0].legend()
    return figure
