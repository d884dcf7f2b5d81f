r"""The symbols of LaTeX formulas, as *Notation* lists them.

A symbol is a letter, a Greek letter or an accent or operator name with its argument, together with
what stands below it: ``\hat x``, ``S_{\downarrow}``. An index of users or places below a letter is
written ``*``, so that ``C_i`` and ``C_j`` are one symbol, and counts as a symbol itself. A
capital letter before a parenthesis that holds ``\mid`` is a probability: ``P(|)``. A command that
is neither a symbol nor known to draw or lay out something is an error.
"""

import re

INDICES = {"i", "j", "n", "k"}
ACCENTS = {"hat"}
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "pi rho sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi "
    "Omega".split()
)
ARROWS = {"downarrow", "uparrow"}
DRAWN = set(
    "frac dfrac tfrac sqrt cdot times pm neq ne ge geq le leq approx in to mid arg min max log exp "
    "top lVert rVert lvert rvert bigl bigr Bigl Bigr left right quad qquad ldots sum binom".split()
)
TOKEN = re.compile(
    r"\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\\\(?:\[[^\]]*\])?|\\operatorname\{(\w+)\}"
    r"|\\(?:mathrm|text)\{([\w ]+)\}|\\([A-Za-z]+)|\\.|[A-Za-z]|\d+(?:\.\d+)?|\S"
)


def symbols(formula):
    """Return the set of symbols of a formula without its dollar signs."""
    return _Reader(formula).read()


class _Reader:
    def __init__(self, formula):
        self.tokens = list(TOKEN.finditer(formula))
        self.texts = [found[0] for found in self.tokens]
        self.found, self.at = set(), 0

    def read(self):
        while self.at < len(self.tokens):
            base = self._base()
            if base:
                self.found.add(self._probability(base) or base + self._below())
        return self.found

    def _base(self):
        """Return the name of the symbol that starts here, "" for all else; go on behind it."""
        token, text = self.tokens[self.at], self.texts[self.at]
        self.at += 1
        operator, word, command = token.groups()
        if operator:
            return f"\\{operator}"
        if command in ACCENTS:
            return f"\\{command} {self._group()}"
        if command in GREEK:
            return text
        if command and command not in DRAWN | ARROWS:
            raise ValueError(f"\\{command} is neither a symbol nor layout: {''.join(self.texts)}")
        return text if text.isalpha() and not word else ""

    def _group(self):
        """Return the text of the token or braced group that starts here; go on behind it."""
        start = self.at
        self.at += 1
        if self.texts[start] != "{":
            return self.texts[start]
        while self.texts[self.at] != "}":
            self.at += 1
        self.at += 1
        return "".join(self.texts[start + 1 : self.at - 1])

    def _below(self):
        """Return what stands below the symbol just read, an index as ``*``."""
        if self.texts[self.at : self.at + 1] != ["_"]:
            return ""
        self.at += 1
        below = self._group()
        if below in INDICES:
            self.found.add(below)
            return "_*"
        return f"_{below}"

    def _probability(self, base):
        """Return the name of a conditional probability that starts at a capital letter, or ""."""
        if not base.isupper() or self.texts[self.at : self.at + 1] != ["("]:
            return ""
        inside = self.texts[self.at : self.texts.index(")", self.at)]
        return f"{base}(|)" if "\\mid" in inside else ""
