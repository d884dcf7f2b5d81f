"""Pictures that are drawn when the book is built: from the code, and from the committed records."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from sphinx.application import Sphinx

from slfbook.codewords import codewords
from slfbook.four_steps import four_steps
from slfbook.networks import network_drawing, scenario_drawing
from slfkit.experiments import sweeps
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.experiments.sweep_figures import four_panels
from slfkit.reporting.panels import picture_strip

VECTOR = {"format": "svg", "metadata": {"Date": None}}
PIXELS = {"format": "png", "dpi": 140, "facecolor": "white", "metadata": {"Software": None}}


def result() -> Figure:
    """Draw what David decodes before SLF, after it for each f, and from his own partner."""
    study = sweeps.channel_dissimilarity("paper", crossovers=[TABLE_CROSSOVER], compute="none")
    return picture_strip(sweeps.at_crossover(study.run().pictures(), TABLE_CROSSOVER))


def fig3() -> Figure:
    """Draw the four panels of the paper's Fig. 3 side by side."""
    studies = (sweeps.channel_dissimilarity, sweeps.source_dissimilarity)
    channels, sources = (study("paper", compute="none").run().rows for study in studies)
    return four_panels(channels, sources)


DRAWINGS: dict[str, tuple[Callable[[], Figure], dict[str, Any]]] = {
    "four_steps.svg": (four_steps, VECTOR),
    "result.png": (result, PIXELS),
    "fig3.svg": (fig3, VECTOR),
    "codewords.png": (codewords, PIXELS),
    "networks.svg": (network_drawing, VECTOR),
    "scenario.svg": (scenario_drawing, VECTOR),
}


def draw(app: Sphinx) -> None:
    """Write the pictures to book/_drawn; an unchanged one keeps its time stamp."""
    folder = Path(app.srcdir, "book", "_drawn")
    folder.mkdir(parents=True, exist_ok=True)
    for name, (drawing, options) in DRAWINGS.items():
        target, picture, figure = folder / name, io.BytesIO(), drawing()
        figure.savefig(picture, **options)
        plt.close(figure)
        if not target.exists() or target.read_bytes() != picture.getvalue():
            target.write_bytes(picture.getvalue())


def setup(app: Sphinx) -> None:
    """Draw before Sphinx looks for sources and images."""
    app.connect("builder-inited", draw)
