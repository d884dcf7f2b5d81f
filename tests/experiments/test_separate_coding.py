"""Separate coding beside the noisy link, by hand."""

import made_up

from slfkit.experiments import separate_coding
from slfkit.experiments.misalignment import misalignment
from slfkit.experiments.separate_coding import JOINT, SEPARATE, STREAM


def link(line, user, mse, crossover=0.3, seed=0):
    words = {JOINT: 32, SEPARATE: 6, STREAM: 32}[line]
    labels = {"line": line, "user": user, "crossover": crossover, "words": words}
    return made_up.row(seed, mse=mse, accuracy=0.9, capacity=2.632, **labels)


ROWS = [
    link(JOINT, "T1", 0.2),
    link(SEPARATE, "T1", 0.4),
    link(JOINT, "T2", 0.3),
    link(SEPARATE, "T2", 0.1),
    link(JOINT, "T1", 0.2, crossover=0.5),
]


def test_both_codings_of_each_transceiver_at_each_eps():
    cells = separate_coding.separate_coding("paper", seeds=[0]).cells
    assert len(cells) == 3 * 2 * 3
    words = {
        (one.labels["crossover"], one.labels["line"]): one.labels["words"]
        for one in cells
        if one.labels["line"] != STREAM  # how many it has is measured
    }
    assert {eps: words[eps, SEPARATE] for eps in (0.1, 0.3, 0.5)} == {0.1: 16, 0.3: 6, 0.5: 2}
    assert {words[eps, JOINT] for eps in (0.1, 0.3, 0.5)} == {32}
    known = misalignment("paper", seeds=[0]).specs()
    at = {(one.labels["user"], one.labels["crossover"], one.labels["line"]): one for one in cells}
    assert at["T1", 0.1, JOINT].spec in known


def test_the_table_and_the_finding_compare_codings_at_each_eps():
    table = separate_coding.table(ROWS)
    assert [row["words"] for row in table] == [32, 6, 32, 6, 32]
    assert (table[1]["capacity"], table[1]["mse"], table[1]["seeds"]) == ("2.63", "0.4000", 1)
    assert [row["bits"] for row in table[:2]] == ["5.00", "2.58"]
    (coded,) = separate_coding.table([link(STREAM, "T1", 0.1) | {"bits": 1.25}])
    assert (coded["words"], coded["bits"]) == (32, "1.25")
    assert set(separate_coding.TABLE.values()) <= set(table[0])
    text = separate_coding.finding(ROWS, [object()])
    assert "than the noisy link without an entropy coder in 1 of 2 cases (one seed" in text
    assert text.endswith("1 of 6 cells missing).")
    coded = [link(STREAM, "T1", 0.1), link(STREAM, "T1", 0.3, crossover=0.5)]
    text = separate_coding.finding([*ROWS, *coded])
    assert "link with an entropy coder in 1 of 2 cases (none at ε = 0.5), without an" in text
    assert "nothing can be compared" in separate_coding.finding(ROWS[:1])


def test_a_line_per_transceiver_and_coding_with_whiskers_where_there_is_a_spread():
    (axes,) = separate_coding.panel(ROWS).axes
    assert len(axes.child_axes) == 1  # the scale in dB
    named = [line for line in axes.lines if not line.get_label().startswith("_")]
    assert [list(line.get_xdata()) for line in named] == [[0.3, 0.5], [0.3], [0.3], [0.3]]
    assert {line.get_linestyle() for line in named} == {"-", "--"}
    (axes,) = separate_coding.panel([*ROWS, link(JOINT, "T2", 0.4, seed=1)]).axes
    (bars,) = axes.containers
    assert len(bars.lines[2][0].get_segments()) == 1
