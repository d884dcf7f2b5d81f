"""The forest plot of a claim: the difference of each case with its interval and the zero line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from slfkit.claims.rules import Case, Judgement

TICKS = (-10, -1, 0, 1, 10)
FARTHEST = 60.0  # standard deviations; what lies beyond is drawn at the edge
SIDE, WIDTH, ROW = 8, 240, 15  # of the drawing, in its own units
NAMES = {1: "for", -1: "against", 0: "undecided"}


def drawing(judgement: Judgement, cases: Sequence[Case] | None = None) -> str:
    """Return an SVG with a row per case, in units of the standard deviation over seeds.

    The scale is that of the inverse hyperbolic sine: linear near zero, logarithmic far out. A row
    has the 95 % interval of its mean, uncorrected; its marker is filled where the corrected test
    decides the case. A case without a spread, of one seed or of equal differences, has none.
    By default all cases are drawn.
    """
    signs = dict(zip(map(id, judgement.cases), judgement.signs, strict=True))
    shown = judgement.cases if cases is None else cases
    height = ROW * len(shown) + 4
    lines = "".join(
        f'<line class="{"zero" if not tick else "tick"}" x1="{_x(tick):.1f}" x2="{_x(tick):.1f}" '
        f'y1="0" y2="{height}"/>'
        for tick in TICKS
    )
    rows = "".join(_row(case, signs.get(id(case), 0), k) for k, case in enumerate(shown))
    return (
        f'<svg class="forest" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(_said(shown))}">{lines}{rows}</svg>'
    )


def weakest(judgement: Judgement) -> Case | None:
    """Return the case with a spread that speaks least for the claim; the undecided come first."""
    found = [
        (sign == 1, case.standardised[0], place)
        for place, (case, sign) in enumerate(zip(judgement.cases, judgement.signs, strict=True))
        if case.standardised is not None
    ]
    return judgement.cases[min(found)[2]] if found else None


def scale() -> str:
    """Return an SVG of the numbers below the ticks."""
    texts = "".join(f'<text x="{_x(t):.1f}" y="11">{t:+d}</text>' for t in TICKS if t)
    zero = f'<text x="{_x(0):.1f}" y="11">0</text>'
    return (
        f'<svg class="forest" viewBox="0 0 {WIDTH} 14" width="{WIDTH}" height="14" '
        f'aria-hidden="true">{texts}{zero}</svg>'
    )


def _x(value: float) -> float:
    """Return where a difference lies, in units of the drawing."""
    share = math.asinh(max(-FARTHEST, min(FARTHEST, value))) / math.asinh(FARTHEST)
    return WIDTH / 2 + share * (WIDTH / 2 - SIDE)


def _row(case: Case, sign: int, place: int) -> str:
    y = 2 + ROW * (place + 0.5)
    found = case.standardised
    if found is None:
        return f'<text class="none" x="{WIDTH / 2 + 4}" y="{y + 4:.1f}">no spread</text>'
    mean, half = found
    return (
        f'<g class="{NAMES[sign]}"><line x1="{_x(mean - half):.1f}" x2="{_x(mean + half):.1f}" '
        f'y1="{y:.1f}" y2="{y:.1f}"/>{_marker(_x(mean), y, sign)}</g>'
    )


def _marker(x: float, y: float, sign: int) -> str:
    """Return a disc for the claim, a square against it, a ring for neither."""
    if sign < 0:
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _said(cases: Sequence[Case]) -> str:
    """Say what the drawing shows, for readers who do not see it."""
    found = [case.standardised for case in cases]
    spread = [one for one in found if one is not None]
    clear = sum(abs(mean) > half for mean, half in spread)
    return (
        f"Forest plot of {len(cases)} cases: {clear} of {len(spread)} intervals exclude zero; "
        f"{len(cases) - len(spread)} without a spread."
    )
