"""The sweeps over eps and alpha: grids, tables, sentences and figures from rows made by hand."""

import itertools

import numpy as np
import pytest
from made_up import row

from slfkit.experiments import registry, sweep_figures, sweeps
from slfkit.experiments.grid import users
from slfkit.experiments.sweeps import channel_dissimilarity, source_dissimilarity
from slfkit.records.spec import CeilingSpec, PairSpec
from slfkit.reporting.style import FREEZE_COLOURS

BASE = {"psnr": 20.0, "perplexity": 10.0, "pixel_variance": 0.25}


def cell(line, crossover=0.3, seed=0, mse=0.1, accuracy=0.9, **other):
    return row(seed, line=line, crossover=crossover, mse=mse, accuracy=accuracy, **BASE, **other)


def mixed(alpha, line, mse=0.1, accuracy=0.5, **labels):
    return row(line=line, alpha=alpha, mse=mse, accuracy=accuracy, **BASE, **labels)


def test_the_channel_sweep_is_t1_to_t2s_decoder():
    study = channel_dissimilarity("paper", crossovers=[0.1, 0.3], frozen=[0, 4], seeds=[2])
    trio = users("paper", 2)
    lines = [(c.labels["line"], c.labels["crossover"], c.labels.get("frozen")) for c in study.cells]
    assert lines == [
        (line, eps, f)
        for eps in (0.1, 0.3)
        for line, f in [("unaligned", None), ("matched", None), ("slf", 0), ("slf", 4)]
    ]
    for cell in study.cells:
        spec = cell.spec
        assert spec.crossover == cell.labels["crossover"]
        if isinstance(spec, PairSpec):
            sender = trio["T1"] if cell.labels["line"] == "unaligned" else trio["T2"]
            assert (spec.sender, spec.receiver) == (sender, trio["T2"])
        else:
            assert (spec.alice, spec.david, spec.seed) == (trio["T1"], trio["T2"], 2)
            assert (spec.source, spec.frozen) == ("mnist", cell.labels["frozen"])


def test_the_papers_grid_is_the_default_and_ends_and_middle_of_mixtures_are_repeated():
    study = channel_dissimilarity()
    assert {c.labels["crossover"] for c in study.cells} == {0.05, 0.1, 0.2, 0.3, 0.4, 0.5}
    for cell in study.cells:
        assert cell.labels["seed"] in (range(8) if cell.labels["crossover"] == 0.3 else (0,))
    assert len(study.cells) == (5 + 8) * 7
    assert {c.labels["frozen"] for c in study.cells if "frozen" in c.labels} == {0, 1, 2, 3, 4}
    assert set(study.specs()) <= registry.published()
    cells = source_dissimilarity().cells
    assert {(c.labels["alpha"], c.labels["seed"]) for c in cells} == {
        *((alpha, 0) for alpha in (0.0, 0.25, 0.5, 0.75, 1.0)),
        *((alpha, seed) for alpha in (0.0, 0.5, 1.0) for seed in (1, 2)),
    }


def test_source_dissimilarity_sends_mixtures_to_david():
    given = {"alphas": [0, 0.5], "frozen": [0, 4], "seeds": [1], "mixing": "pixels"}
    study = source_dissimilarity("paper", **given)
    t1, t3 = users("paper", 1)["T1"], users("paper", 1)["T3"]
    lines = [cell.labels.get("frozen", cell.labels["line"]) for cell in study.cells]
    assert lines == ["unaligned", "matched", 0, 4] * 2
    runs = [cell.spec for cell in study.cells]
    assert {(one.source, one.other, one.crossover) for one in runs} == {("mnist", "cifar10", 0.1)}
    assert {one.mixing for one in runs} == {"pixels"}
    assert [one.alpha for one in runs] == [0.0] * 4 + [0.5] * 4
    ceilings = [one for one in study.specs() if isinstance(one, CeilingSpec)]
    assert [one.alpha for one in ceilings] == [0.0, 0.5]
    pairs = [one for one in study.specs() if isinstance(one, PairSpec)]
    assert {(one.sender, one.receiver) for one in pairs} == {(t1, t3), (t3, t3)}


def test_tables_come_by_eps_or_alpha_then_unaligned_then_f_then_matched():
    rows = [
        cell("matched", mse=0.05),
        cell("slf", frozen=4, epochs_mse=3, epochs_accuracy=2),
        cell("slf", frozen=0, epochs_mse=5, epochs_accuracy=4),
        cell("unaligned"),
        cell("matched", 0.1),
    ]
    table = sweeps.channel_table(rows)
    assert [row["crossover"] for row in table] == [0.1, 0.3, 0.3, 0.3, 0.3]
    assert [row["name"] for row in table] == ["matched", "unaligned", "f = 0", "f = 4", "matched"]
    assert table[2]["epochs_mse"] == "5" and "epochs_mse" not in table[1]
    rows = [mixed(alpha, "matched") for alpha in (0.5, 0.0)]
    assert [row["alpha"] for row in sweeps.source_table(rows)] == [0.0, 0.5]
    assert list(sweeps.SOURCE)[0] == "α"
    assert set(sweeps.SOURCE) - set(sweeps.CHANNEL) == {"α", "As sent (%)"}
    assert [row["alpha"] for row in sweeps.at_alpha(rows, 0.1)] == [0.0]


def test_pictures_are_taken_at_the_nearest_eps_of_the_fullest_seed():
    rows = [cell("unaligned", 0.1), *(cell("matched", 0.4, s) for s in (0, 1))]
    chosen = sweeps.at_crossover([*rows, cell("unaligned", 0.4, 1)], 0.3)
    found = [(row["name"], row["crossover"], row["seed"]) for row in chosen]
    assert found == [("unaligned", 0.4, 1), ("matched", 0.4, 1)]
    assert sweeps.at_crossover([], 0.3) == []


def test_alignment_is_compared_with_the_unaligned_pair_of_the_same_cell():
    rows = [
        cell("unaligned", mse=0.50, accuracy=0.10),
        cell("unaligned", 0.1, mse=0.05, accuracy=0.99),
        cell("slf", mse=0.10, frozen=0),
        cell("slf", mse=0.12, accuracy=0.80, frozen=4),
        cell("slf", 0.1, mse=0.06, accuracy=0.95, frozen=0),
    ]
    text = sweeps.channel_finding(rows)
    assert "lowers the MSE of the unaligned pair in 2 of 3 runs, from 0.050–0.500 to" in text
    assert "raises the accuracy in 2" in text
    assert "From f = 0 to f = 4 the MSE changes by +20 % at ε = 0.3 (" in text
    text = sweeps.channel_finding([cell("slf", frozen=1)])
    assert text.startswith("No run of SLF can be compared") and "  " not in text
    assert "What freezing costs cannot be said" in text
    rows = [
        mixed(0.5, "unaligned", 0.9, 0.1),
        mixed(0.5, "slf", 0.02, 0.8, frozen=0),
        mixed(0.5, "slf", 0.03, 0.05, frozen=4),
    ]
    text = sweeps.source_finding(rows)
    assert "in 2 of 2 runs, from 0.900 to 0.020–0.030, and raises the accuracy in 1, from" in text
    assert "+50 % at α = 0.5 (one seed" in text
    assert sweeps.source_finding(rows[:1]) == "No record is stored yet."


def test_what_freezing_costs_is_paired_by_seed_and_its_order_judged_step_by_step():
    rows = [
        cell("slf", mse=mse, frozen=f, seed=seed)
        for f, seed, mse in ((0, 0, 0.1), (4, 0, 0.2), (0, 1, 0.3), (4, 1, 0.4))
    ]
    said = "by +63 % (-88 to +2046 %, undecided) at ε = 0.3"  # of ln 2 and ln 4/3, t = 12.706
    assert said in sweeps.freezing_cost(rows, "crossover")
    alone = [*rows, cell("slf", mse=9.0, frozen=0, seed=2)]
    assert said in sweeps.freezing_cost(alone, "crossover")
    assert "by +100 % at ε = 0.3" in sweeps.freezing_cost(rows[:2], "crossover")
    single = [{**row, "crossover": 0.1} for row in rows[:2]]
    assert said in sweeps.freezing_cost([*rows, *single], "crossover")
    rows = [
        cell("slf", eps, mse=mse, frozen=f)
        for eps, line in ((0.3, [0.1, 0.2, 0.3]), (0.5, [0.1, 0.3, 0.2]), (0.6, [0.1, 0.1, 0.2]))
        for f, mse in enumerate(line)
    ]
    text = sweeps.freezing_cost(rows, "crossover")
    assert text.endswith("; it rises with every step of f in 1 of 3 series")


def sweep_rows(seeds=1, crossovers=(0.5, 0.1)):
    lines = [{"line": "slf", "frozen": f} for f in range(5)]
    lines += [{"line": "unaligned"}, {"line": "matched"}]
    return [
        {**line, "crossover": eps, "seed": seed, "mse": 0.1 + eps + 0.1 * seed, "accuracy": 1 - eps}
        for line, eps, seed in itertools.product(lines, crossovers, range(seeds))
    ]


def panel(rows, metric):
    squares, shares = sweep_figures.channel_sweep_panels(rows).axes
    return {"mse": squares, "accuracy": shares}[metric]


def lines_of(rows, metric):
    axes = panel(rows, metric)
    return {line.get_label(): line for line in axes.get_lines() if line.get_label()[0] != "_"}


def test_sweep_has_a_line_per_f_in_its_colour_and_draws_means_with_whiskers():
    lines = lines_of(sweep_rows(), "mse")
    assert list(lines) == [*(f"f = {f}" for f in range(5)), "matched"]
    assert [lines[f"f = {f}"].get_color() for f in range(5)] == list(FREEZE_COLOURS)
    assert lines["matched"].get_linestyle() == ":"
    line = lines_of(sweep_rows(seeds=3), "mse")["f = 2"]
    np.testing.assert_allclose(line.get_xydata(), [[0.1, 0.3], [0.5, 0.7]])
    assert not panel(sweep_rows(seeds=1), "mse").containers
    containers = panel(sweep_rows(seeds=2), "mse").containers
    assert len(containers) == 6
    low, high = containers[0][2][0].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * 12.7062 * 0.05, rel=1e-4)  # t(1) times 0.1 / 2
    rows = [row for row in sweep_rows() if row.get("frozen") in (0, 4)]
    assert list(lines_of(rows, "accuracy")) == ["f = 0", "f = 4"]
    assert lines_of([], "mse") == {}


def test_where_the_unaligned_pair_lies_is_written_and_not_drawn():
    alone = [row for row in sweep_rows() if row["line"] == "unaligned"]
    for metric, said in (
        ("mse", "↑ unaligned: 0.200 to 0.600"),
        ("accuracy", "↓ unaligned: 50.0 to 90.0"),
    ):
        assert [one.get_text() for one in panel(sweep_rows(), metric).texts] == [said]
        assert list(lines_of(alone, metric)) == ["unaligned"]


def test_axes_carry_symbol_and_unit_and_panels_share_one_legend():
    figure = sweep_figures.channel_sweep_panels(sweep_rows())
    squares, shares = figure.axes
    assert (squares.get_xlabel(), squares.get_ylabel()) == ("", "MSE (pixels in [-1, 1])")
    assert (shares.get_xlabel(), shares.get_ylabel()) == ("crossover probability ε", "accuracy (%)")
    assert [label.get_text() for label in shares.get_xticklabels()] == ["0.1", "0.5"]
    assert lines_of(sweep_rows(), "accuracy")["f = 0"].get_ydata()[0] == pytest.approx(90)
    assert [len(legend.get_texts()) for legend in figure.legends] == [6]


def test_the_error_axis_is_logarithmic_only_where_errors_lie_far_apart():
    assert panel(sweep_rows(crossovers=(0.1, 0.2)), "mse").get_yscale() == "linear"
    assert panel(sweep_rows(crossovers=(0.01, 0.95)), "accuracy").get_yscale() == "linear"
    apart = panel(sweep_rows(crossovers=(0.01, 0.9)), "mse")
    assert apart.get_yscale() == "log" and apart.yaxis.get_major_formatter()(0.2) == "0.2"


def mixture_rows():
    shares = {"near": {"mse": 0.1, "accuracy": 0.9}, "far": {"mse": 0.2, "accuracy": 0.1}}
    lines = itertools.product((0, 4), (0.0, 1.0))
    return [{**mixed(alpha, "slf", frozen=f), "shares": shares} for f, alpha in lines]


def test_panels_over_alpha_have_their_own_axis_and_one_for_each_source():
    figure = sweep_figures.source_sweep_panels(mixture_rows())
    assert figure.axes[1].get_xlabel().startswith("share α")
    assert [line.get_label() for line in figure.axes[0].lines] == ["f = 0", "f = 4"]
    panels = sweep_figures.four_panels(sweep_rows(), mixture_rows()).axes
    assert [len(axes.child_axes) for axes in panels] == [1, 0, 0, 0]
    figure = sweep_figures.share_panels(mixture_rows())
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["near: accuracy (%)", "far: accuracy (%)"]
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
