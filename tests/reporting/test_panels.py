"""Figures on synthetic rows: lines, colours, labels, units, and what is shown as missing."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import misalignment, sweep_figures
from slfkit.reporting import panels
from slfkit.reporting.style import FREEZE_COLOURS, MATCHED, MISALIGNED

NAMES = ("T1", "T2", "T3")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def pair_rows(seeds=1):
    pictures = np.zeros((4, 3, 32, 32), dtype=np.uint8)
    return [
        {"sender": s, "receiver": r, "seed": seed, "original": pictures, "mse": 0.2 + seed,
         "reconstruction": pictures + 9, "psnr": 20.0, "accuracy": 0.5 + 0.2 * seed}
        for s, r, seed in itertools.product(NAMES, NAMES, range(seeds))
    ]  # fmt: skip


def sweep_rows(seeds=1, crossovers=(0.5, 0.1)):
    lines = [{"line": "slf", "frozen": f} for f in range(5)]
    lines += [{"line": "unaligned"}, {"line": "matched"}]
    return [
        {**line, "crossover": eps, "seed": seed, "mse": 0.1 + eps + 0.1 * seed, "accuracy": 1 - eps}
        for line, eps, seed in itertools.product(lines, crossovers, range(seeds))
    ]


def lines_of(axes):
    return {line.get_label(): line for line in axes.get_lines() if line.get_label()[0] != "_"}


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_sweep_has_a_line_per_f_in_its_colour_and_two_references():
    lines = lines_of(sweep_figures.channel_sweep(sweep_rows(), "mse").axes[0])
    assert list(lines) == [*(f"f = {f}" for f in range(5)), "unaligned", "matched"]
    assert [lines[f"f = {f}"].get_color() for f in range(5)] == list(FREEZE_COLOURS)
    assert (lines["unaligned"].get_linestyle(), lines["matched"].get_linestyle()) == ("--", ":")


def test_sweep_draws_means_over_seeds_in_order_of_crossover():
    line = lines_of(sweep_figures.channel_sweep(sweep_rows(seeds=3), "mse").axes[0])["f = 2"]
    np.testing.assert_allclose(line.get_xydata(), [[0.1, 0.3], [0.5, 0.7]])


def test_sweep_has_whiskers_from_two_seeds_on():
    assert not sweep_figures.channel_sweep(sweep_rows(seeds=1), "mse").axes[0].containers
    containers = sweep_figures.channel_sweep(sweep_rows(seeds=2), "mse").axes[0].containers
    assert len(containers) == 7
    low, high = containers[0][2][0].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * 12.7062 * 0.05, rel=1e-4)  # t(1) times 0.1 / 2


def test_sweep_shows_only_the_lines_that_have_rows():
    rows = [row for row in sweep_rows() if row.get("frozen") in (0, 4)]
    assert list(lines_of(sweep_figures.channel_sweep(rows, "accuracy").axes[0])) == [
        "f = 0",
        "f = 4",
    ]
    assert lines_of(sweep_figures.channel_sweep([], "mse").axes[0]) == {}


def test_sweep_axes_carry_symbol_and_unit():
    axes = sweep_figures.channel_sweep(sweep_rows(), "accuracy").axes[0]
    assert axes.get_xlabel() == "crossover probability ε of the air"
    assert axes.get_ylabel() == "accuracy (%)"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.1", "0.5"]
    assert lines_of(axes)["f = 0"].get_ydata()[0] == pytest.approx(90)


def test_the_error_axis_is_logarithmic_only_where_errors_lie_far_apart():
    near = sweep_figures.channel_sweep(sweep_rows(crossovers=(0.1, 0.2)), "mse").axes[0]
    far = sweep_figures.channel_sweep(sweep_rows(crossovers=(0.01, 0.9)), "mse").axes[0]
    assert (near.get_yscale(), far.get_yscale()) == ("linear", "log")
    assert far.yaxis.get_major_formatter()(0.2) == "0.2"
    accuracy = sweep_figures.channel_sweep(sweep_rows(crossovers=(0.01, 0.95)), "accuracy").axes[0]
    assert accuracy.get_yscale() == "linear"


def test_panels_share_the_axis_and_one_legend():
    figure = sweep_figures.channel_sweep_panels(sweep_rows())
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "MSE (pixels in [-1, 1])", "accuracy (%)",
    ]  # fmt: skip
    assert [axes.get_xlabel() for axes in figure.axes][0] == ""
    assert [len(legend.get_texts()) for legend in figure.legends] == [7]


def test_pair_matrix_writes_mean_and_interval_into_nine_cells():
    axes = misalignment.pair_matrix(pair_rows(), "psnr").axes
    assert texts_of(axes[0]) == ["20.0"] * 9
    assert axes[1].get_ylabel() == "PSNR (dB)"
    axes = misalignment.pair_matrix(pair_rows(seeds=2), "accuracy").axes
    assert texts_of(axes[0])[0] == "60.0\n± 127.1"
    assert (axes[0].get_xlabel(), axes[0].get_ylabel()) == ("receiver", "sender")


def test_pair_matrix_places_sender_in_rows_and_receiver_in_columns():
    rows = [{**row, "mse": float(row["sender"] == "T1") + 0.5} for row in pair_rows()]
    field = misalignment.pair_matrix(rows, "mse").axes[0].images[0].get_array()
    np.testing.assert_allclose(field, [[1.5] * 3, [0.5] * 3, [0.5] * 3])


def test_pair_matrix_says_what_is_not_computed():
    rows = [row for row in pair_rows() if (row["sender"], row["receiver"]) != ("T3", "T1")]
    assert texts_of(misalignment.pair_matrix(rows, "mse").axes[0]).count("not\ncomputed") == 1


def test_grid_shows_sent_above_decoded_for_every_pair():
    fields = misalignment.reconstruction_grid(pair_rows(), images=2).axes
    picture = fields[0].images[0].get_array()
    assert len(fields) == 9 and picture.shape == (2 * 34, 2 * 34, 3)
    assert picture[10, 10, 0] == 0 and picture[44, 10, 0] == 9
    assert [axes.get_title() for axes in fields[:3]] == ["to T1", "to T2", "to T3"]
    assert [axes.get_ylabel() for axes in fields[::3]] == ["from T1", "from T2", "from T3"]


def test_grid_frames_tell_matched_pairs_from_misaligned_ones():
    frames = [axes.spines["top"].get_edgecolor() for axes in
              misalignment.reconstruction_grid(pair_rows()).axes]  # fmt: skip
    expected = [(MATCHED if k % 4 == 0 else MISALIGNED)["color"] for k in range(9)]
    assert MATCHED["linestyle"] != MISALIGNED["linestyle"]
    assert [plt.matplotlib.colors.to_hex(frame) for frame in frames] == expected


def test_grid_says_what_is_not_computed():
    rows = [row for row in pair_rows() if row["receiver"] != "T2" or row["sender"] == "T2"]
    fields = misalignment.reconstruction_grid(rows).axes
    assert [texts_of(axes) for axes in fields].count(["not computed"]) == 2


def test_refusals_name_the_value_and_the_way_out():
    with pytest.raises(ParameterError, match="'ssim' is unknown: expected one of mse, psnr"):
        misalignment.pair_matrix(pair_rows(), "ssim")
    with pytest.raises(ParameterError, match="run the study first"):
        misalignment.pair_matrix([], "mse")


def test_picture_rows_show_what_was_sent_and_then_each_line():
    rows = [
        {**row, "name": name} for name, row in zip(("before", "f = 4"), pair_rows(), strict=False)
    ]
    drawn = panels.picture_rows(rows).axes
    assert [axes.get_ylabel() for axes in drawn] == ["sent", "before", "f = 4"]
    assert [axes.images[0].get_array()[10, 10, 0] for axes in drawn] == [0, 9, 9]
    with pytest.raises(ParameterError, match="run the study first"):
        panels.picture_rows([])


def mixture_rows():
    return [
        {"line": "slf", "frozen": f, "alpha": alpha, "seed": 0, "mse": 0.1, "accuracy": 0.5,
         "shares": {"near": {"mse": 0.1, "accuracy": 0.9}, "far": {"mse": 0.2, "accuracy": 0.1}}}
        for f in (0, 4) for alpha in (0.0, 1.0)
    ]  # fmt: skip


def test_a_sweep_over_alpha_has_its_own_axis():
    figure = sweep_figures.source_sweep_panels(mixture_rows())
    assert [axes.get_xlabel() for axes in figure.axes][1].startswith("share α")
    assert [line.get_label() for line in figure.axes[0].lines] == ["f = 0", "f = 4"]


def test_each_source_has_a_panel():
    figure = sweep_figures.share_panels(mixture_rows())
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "near: accuracy (%)", "far: accuracy (%)"
    ]  # fmt: skip
    assert list(figure.axes[1].lines[0].get_ydata()) == pytest.approx([10, 10])
    assert len(sweep_figures.share_panels([]).axes) == 1


def test_the_ceiling_is_a_line_of_the_accuracy_alone():
    rows = [{**row, "ceiling": 0.75, "ceilings": {"near": 1.0}} for row in mixture_rows()]
    squares, shares = sweep_figures.source_sweep_panels(rows).axes
    assert [line.get_label() for line in squares.lines] == ["f = 0", "f = 4"]
    assert shares.lines[-1].get_label() == "as sent"
    assert list(shares.lines[-1].get_ydata()) == [75, 75]
    near, far = sweep_figures.share_panels(rows).axes
    assert list(near.lines[-1].get_ydata()) == [100, 100] and len(far.lines) == 2
    (legend,) = near.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["f = 0", "f = 4", "as sent"]
