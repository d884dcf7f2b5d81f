"""The palette can be read: contrast on white, and apart under simulated colour blindness."""

import itertools
import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from slfbook.recovery_data import page_data, ways_data

from slfkit.experiments.candidates import Candidate
from slfkit.records.store import project_root
from slfkit.reporting.style import (
    FREEZE_COLOURS,
    FREEZE_MARKERS,
    REFERENCE,
    SHARES,
    STARTS,
    look,
    use_style,
)

# Dichromat simulation matrices of Machado, Oliveira and Fernandes (2009), on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [
        [0.3673, 0.8606, -0.2280],
        [0.2801, 0.6725, 0.0474],
        [-0.0118, 0.0429, 0.9689],
    ],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
XYZ = np.array([[0.4124, 0.3576, 0.1805], LUMINANCE, [0.0193, 0.1192, 0.9505]])


def linear(colour):
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB, white point D65."""
    x, y, z = np.cbrt(np.maximum(XYZ @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089], 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", [*FREEZE_COLOURS, *(r["color"] for r in REFERENCE.values())])
def test_lines_contrast_with_the_white_background(colour):
    assert 1.05 / (LUMINANCE @ linear(colour) + 0.05) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_freeze_colours_stay_apart_for_colour_blind_readers(vision):
    seen = [lab(np.array(VISION[vision]) @ linear(colour)) for colour in FREEZE_COLOURS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


def test_every_f_has_its_own_colour_and_marker_and_no_line_needs_colour_alone():
    assert len(set(FREEZE_COLOURS)) == len(set(FREEZE_MARKERS)) == 5
    assert look(3) == {"color": FREEZE_COLOURS[3], "marker": FREEZE_MARKERS[3], "linestyle": "-"}
    assert look("unaligned")["linestyle"] != look("matched")["linestyle"]
    # In print without colours, marker and dashes are left.
    for lines in ([look(line) for line in (*range(5), *REFERENCE)], STARTS.values()):
        looks = [(line.get("marker"), line["linestyle"]) for line in lines]
        assert len(set(looks)) == len(looks)
    hatches = [fill["hatch"] for fill in SHARES.values()]
    assert len(set(hatches)) == len(hatches)


def test_the_tool_draws_f_as_the_figures_do():
    one = Candidate("f = 3", "here", 0, 1, 1, 1.0, 0.1, 0.1, 0.9)
    data = page_data(ways_data([one], []), {"link": [], "computer": []}, {})
    expected = {"color": FREEZE_COLOURS[3], "marker": FREEZE_MARKERS[3], "hollow": False}
    assert data["ways"][0]["look"] == expected
    assert data["fills"] == {name: fill["color"] for name, fill in SHARES.items()}
    script = project_root() / "book" / "_static" / "recovery_plane.js"
    shapes = script.read_text(encoding="utf-8")
    assert all(f"{name}:" in shapes or f'"{name}":' in shapes for name in FREEZE_MARKERS)


def test_only_the_style_names_colours_of_lines():
    """A figure that takes another colour for some f would have to write it down."""
    sources = (project_root() / "slfkit").rglob("*.py")
    named = {
        path.name
        for path in sources
        for colour in FREEZE_COLOURS
        if colour in path.read_text(encoding="utf-8")
    }
    assert named == {"style.py"}


def test_the_style_gives_legible_text_and_no_background():
    with mpl.rc_context():
        use_style()
        grounds = {mpl.rcParams[f"{part}.facecolor"] for part in ("figure", "axes", "savefig")}
        assert grounds == {"none"} and mpl.rcParams["font.size"] >= 11


def test_figures_are_vectors_in_a_kernel_alone(monkeypatch):
    formats = []
    backend = SimpleNamespace(set_matplotlib_formats=lambda *names, **how: formats.append(names))
    monkeypatch.setitem(sys.modules, "matplotlib_inline.backend_inline", backend)
    for shell, expected in ((None, []), (SimpleNamespace(kernel=1), [("svg",)])):
        ipython = SimpleNamespace(get_ipython=lambda shell=shell: shell)
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        with mpl.rc_context():
            use_style()
        assert formats == expected
