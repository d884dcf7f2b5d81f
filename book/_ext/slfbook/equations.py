"""Numbers of equations that do not collide with the paper's.

An equation of the paper has the paper's number, one of ours a letter, on the page and wherever it
is referred to. Sphinx would count through the book instead.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain

PAPERS = {"eq-encode": "1", "eq-channel": "5", "eq-decode": "6", "eq-loss": "7", "eq-mixture": "8"}
OURS = {"eq-transceiver": "A", "eq-recovery": "B"}


def number(app: Sphinx, doctree: nodes.document) -> None:
    """Give each labelled equation its number; labels of neither list keep the one they have."""
    domain = app.env.get_domain("math")
    assert isinstance(domain, MathDomain)
    for node in doctree.findall(nodes.math_block):
        label = node.get("label")
        own = (PAPERS | OURS).get(label or "")
        if own and label in domain.equations:
            node["number"] = own
            page, _ = domain.equations[label]
            domain.equations[label] = (page, own)


def setup(app: Sphinx) -> None:
    """Number the equations of a page when it has been read."""
    app.connect("doctree-read", number)
