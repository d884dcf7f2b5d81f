"""The directive ``setup``: a table of the constants of the experiments, read from the code.

Its argument names the table: transceivers, or sizes of what is sent.
"""

from __future__ import annotations

import math

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from slfkit.experiments.grid import users
from slfkit.models import GRID
from slfkit.records.spec import TransceiverSpec
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

SOURCES = {"mnist": "MNIST, digits", "cifar10": "CIFAR-10, photographs"}


def transceivers() -> list[Row]:
    """Return a row for each transceiver: what it was trained on, and its channel."""
    return [
        {
            "Transceiver": name,
            "Trained on": SOURCES[spec.source],
            "ε of its channel": spec.crossover,
        }
        for name, spec in users("paper", 0).items()
    ]


def sizes() -> list[Row]:
    """Return what one picture is on the air: numbers of codewords, and bits."""
    codewords, dimension = TransceiverSpec.codewords, TransceiverSpec.dimension
    return [
        {
            "K, codewords": codewords,
            "D, entries of each": dimension,
            "Numbers sent per picture": GRID**2,
            "Bits per picture": round(GRID**2 * math.log2(codewords)),
        }
    ]


TABLES = {"transceivers": transceivers, "sizes": sizes}


class Setup(SphinxDirective):
    """Puts a table of constants where it stands; its argument is one of ``TABLES``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table as raw HTML, or an error that fails the build."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"no table is called {name!r}: choose {', '.join(TABLES)}")
        return [nodes.raw("", Table(TABLES[name]())._repr_html_(), format="html")]


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("setup", Setup)
