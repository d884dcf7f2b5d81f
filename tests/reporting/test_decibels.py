"""The scale in dB: its ticks lie where their eps is, inside the axis, and apart."""

import pytest

from slfkit.errors import ParameterError
from slfkit.modulation import modulation
from slfkit.reporting.decibels import DecibelAxis, curves, decibel_table, sending, ticks
from slfkit.reporting.style import subplots


@pytest.mark.parametrize("name", ["fsk-awgn", "fsk-rayleigh", "bits"])
def test_ticks_are_whole_decibels_inside_the_axis_and_apart(name):
    kind = modulation(name)
    marks = ticks(kind, 32, 0.03, 0.52, inches=4)
    places = [kind.crossover(mark, 32) for mark in marks]
    assert len(marks) >= 5 and all(0.03 <= place <= 0.52 for place in places)
    inches = [4 * place / 0.49 for place in places]
    assert all(a - b >= 0.23 for a, b in zip(inches, inches[1:], strict=False))
    assert len(ticks(kind, 32, 0.03, 0.52, inches=1)) <= 4 < len(marks)


def test_an_axis_that_reaches_beyond_the_guess_has_ticks_up_to_it():
    kind = modulation("bits")
    assert all(kind.crossover(mark, 32) < 31 / 32 for mark in ticks(kind, 32, -0.05, 1.05, 4))
    assert ticks(kind, 32, 0.98, 1.0, 4) == []


@pytest.mark.parametrize(
    ("name", "codewords", "text"),
    [("coherent-orthogonal", 32, "coherent orthogonal, AWGN"), ("qam", 64, "square QAM, AWGN")],
)
def test_the_scale_is_drawn_where_the_eps_of_its_codewords_is(name, codewords, text):
    _, axes = subplots(figsize=(4, 3))
    axes.plot([0.05, 0.5], [1, 2])
    DecibelAxis(name, codewords).draw(axes)
    (top,) = axes.child_axes
    marks = [float(label.get_text()) for label in top.get_xticklabels()]
    places = [modulation(name).crossover(mark, codewords) for mark in marks]
    assert places and list(top.get_xticks()) == pytest.approx(places)
    assert top.get_xlabel() == f"Es/N0 (dB), {text}"


def test_a_narrow_panel_has_a_label_of_two_lines():
    figure, (axes, _) = subplots(1, 2, figsize=(5, 3))
    DecibelAxis("fsk-rayleigh").draw(axes)
    (top,) = axes.child_axes
    assert top.get_xlabel() == "Es/N0 (dB), non-coherent\nFSK, Rayleigh"
    figure.draw_without_rendering()
    assert top.xaxis.label.get_window_extent().width <= axes.get_window_extent().width


def test_an_unknown_modulation_or_one_that_cannot_send_is_refused_before_anything_is_drawn():
    with pytest.raises(ParameterError, match="qam cannot send 32 codewords"):
        DecibelAxis("qam")
    with pytest.raises(ParameterError, match="48 codewords do not fill whole bits"):
        DecibelAxis("bits", 48)
    with pytest.raises(ParameterError, match="no modulation 'psk'"):
        DecibelAxis("psk")


def test_the_table_and_a_curve_for_each_modulation_that_sends_the_codebook():
    names = {kind.name for kind in sending(32)}
    assert names == {"fsk-awgn", "coherent-orthogonal", "fsk-rayleigh", "outage", "bits"}
    assert {kind.name for kind in sending(64)} == names | {"qam"}
    assert {kind.name for kind in sending(9)} == names - {"bits"} | {"qam"}
    first = {"Modulation": "non-coherent FSK, AWGN", "SNR": "Es/N0"}
    first |= {"ε = 0.1": "9.16", "ε = 0.3": "7.10"}
    assert decibel_table([0.1, 0.3])[0] == first
    axes = curves().axes[0]
    assert [line.get_label() for line in axes.lines] == [kind.text for kind in sending(32)]
    rayleigh = axes.lines[2]
    at_10 = list(rayleigh.get_xdata()).index(10.0)
    assert rayleigh.get_ydata()[at_10] == pytest.approx(0.30, abs=0.005)  # 10.04 dB
