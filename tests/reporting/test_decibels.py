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
    ("name", "codewords", "label"),
    [
        ("coherent-orthogonal", 32, "Es/N0 (dB), coherent orthogonal, AWGN"),
        ("qam", 64, "Es/N0 (dB), square QAM, AWGN"),
    ],
)
def test_the_scale_is_drawn_where_its_eps_is(name, codewords, label):
    _, axes = subplots(figsize=(4, 3))
    axes.plot([0.05, 0.5], [1, 2])
    DecibelAxis(name, codewords).draw(axes)
    (top,) = axes.child_axes
    assert len(top.get_xticks()) > 3 and top.get_xlabel() == label
    for place, text in zip(top.get_xticks(), top.get_xticklabels(), strict=True):
        crossover = modulation(name).crossover(float(text.get_text()), codewords)
        assert place == pytest.approx(crossover)


def test_a_narrow_panel_has_a_label_of_two_lines():
    figure, (axes, _) = subplots(1, 2, figsize=(5, 3))
    DecibelAxis("fsk-rayleigh").draw(axes)
    (top,) = axes.child_axes
    assert top.get_xlabel() == "Es/N0 (dB), non-coherent\nFSK, Rayleigh"
    figure.draw_without_rendering()
    assert top.xaxis.label.get_window_extent().width <= axes.get_window_extent().width


@pytest.mark.parametrize(
    ("name", "codewords", "message"),
    [
        ("qam", 32, "qam cannot send 32 codewords"),
        ("bits", 48, "48 codewords do not fill whole bits"),
        ("psk", 32, "no modulation 'psk'"),
    ],
)
def test_what_cannot_send_the_codebook_is_refused_before_drawing(name, codewords, message):
    with pytest.raises(ParameterError, match=message):
        DecibelAxis(name, codewords)


def test_a_table_has_a_row_for_each_modulation_that_sends_the_codebook():
    names = {kind.name for kind in sending(32)}
    assert names == {"fsk-awgn", "coherent-orthogonal", "fsk-rayleigh", "outage", "bits"}
    assert {kind.name for kind in sending(64)} == names | {"qam"}
    assert {kind.name for kind in sending(9)} == names - {"bits"} | {"qam"}
    first = decibel_table([0.1, 0.3])[0]
    assert first == {
        "Modulation": "non-coherent FSK, AWGN",
        "SNR": "Es/N0",
        "ε = 0.1": "9.16",
        "ε = 0.3": "7.10",
    }


def test_each_curve_passes_through_the_table():
    axes = curves().axes[0]
    assert [line.get_label() for line in axes.lines] == [kind.text for kind in sending(32)]
    rayleigh = axes.lines[2]
    at_10 = list(rayleigh.get_xdata()).index(10.0)
    assert rayleigh.get_ydata()[at_10] == pytest.approx(0.30, abs=0.005)  # 10.04 dB
