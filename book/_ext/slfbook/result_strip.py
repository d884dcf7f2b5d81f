"""The picture of the first page: what David decodes before SLF, after it for each f, and matched.

It is drawn from the committed records whenever the book is built.
"""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib.pyplot as plt
from sphinx.application import Sphinx

from slfkit.experiments import sweeps
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.reporting.panels import picture_strip


def draw(app: Sphinx) -> None:
    """Write book/_drawn/result.png; an unchanged picture keeps its time stamp."""
    target, picture = Path(app.srcdir, "book", "_drawn", "result.png"), io.BytesIO()
    study = sweeps.channel_dissimilarity("paper", crossovers=[TABLE_CROSSOVER], compute="none")
    rows = sweeps.at_crossover(study.run().pictures(), TABLE_CROSSOVER)
    figure = picture_strip(rows)
    figure.savefig(picture, dpi=140, facecolor="white", metadata={"Software": None})
    plt.close(figure)
    target.parent.mkdir(exist_ok=True)
    if not target.exists() or target.read_bytes() != picture.getvalue():
        target.write_bytes(picture.getvalue())


def setup(app: Sphinx) -> None:
    """Draw before Sphinx looks for sources and images."""
    app.connect("builder-inited", draw)
