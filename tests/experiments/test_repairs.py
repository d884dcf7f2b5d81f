"""Remedies that are trained: the grid around its centre, the choice of mu, and what is said."""

import math

import made_up
import numpy as np
import pytest

from slfkit.experiments import remedies, repairs, who_pays
from slfkit.experiments.results import Results
from slfkit.records.repairs import RepairSpec
from slfkit.records.store import Record
from slfkit.records.thumbnails import encode
from slfkit.sizes import download_bytes, upload_bytes

DOWN = download_bytes(32, 16)


def at(remedy, mu, times, mse, seed=0, *, held_out=(0.1, 0.1), size=0, line="kept", more=0, up=0):
    """A run with a remedy; held_out are the MSEs of the new and the old link on held-out images."""
    row = made_up.old_link(0, times, seed, line=line, mse=mse)
    labels = {"remedy": remedy, "size": size, "mu": mu}
    row |= {"dimension": 16, "bytes_down": DOWN + more, **labels}
    row |= {"bytes_up": up or upload_bytes(32, 16, 0)}
    row |= {"history": [{"mse": held_out[0] + 1}, {"mse": held_out[0]}]}
    row |= {"old_held_out": {"before": 0.1, "after": held_out[1]}}
    return row | {"cell": (*labels.items(), ("line", line))}


ROWS = [
    at("l2sp", 0.1, 1.5, 0.04, held_out=(0.4, 0.1)),
    at("l2sp", 0.01, 4.0, 0.02, held_out=(0.2, 0.15)),
    at("replay", 1.0, 2.0, 0.03, size=100, more=16_000, line="k-means"),
    at("rank", 1.0, 8.0, 0.021, size=4, up=15_000, line="k-means"),
]


def test_one_thing_is_varied_at_a_time_and_each_run_has_one_remedy():
    cells = repairs.repairs("paper", seeds=[0]).cells
    keys = ("remedy", "size", "frozen", "line", "mu")
    found = [tuple(cell.labels[key] for key in keys) for cell in cells]
    assert found == [
        ("rank", 4, 0, "k-means", 1.0),
        *(("replay", 100, 0, start, 1.0) for start in ("matched", "kept", "k-means")),
        ("replay", 100, 1, "matched", 1.0),
        ("replay", 100, 0, "matched", 10.0),
        ("replay", 100, 0, "matched", 0.1),
        ("replay", 10, 0, "matched", 1.0),
        ("replay", 1000, 0, "matched", 1.0),
        *((kind, 0, 0, "kept", mu) for kind in ("l2sp", "ewc") for mu in (0.01, 0.001, 0.1, 1.0)),
    ]
    for cell in repairs.repairs("paper", seeds=[0]).cells:
        spec = cell.spec
        assert type(spec) is RepairSpec and spec.crossover == 0.3 and not spec.fresh
        assert spec.refit == (cell.labels["line"] != "kept")
        assert spec.matched == (cell.labels["line"] == "matched")
        assert spec.weight == cell.labels["mu"]
        wanted = {"replay": spec.replay, "rank": spec.rank}.get(cell.labels["remedy"], 0)
        assert wanted == cell.labels["size"]


def test_mu_is_chosen_on_held_out_images_of_both_links_by_the_mean_over_seeds():
    # 0.4 * 0.1 is more than 0.2 * 0.15; on test images the other would spare the old link more.
    both, replay, rank = repairs.chosen(ROWS)
    assert [row["mu"] for row in both] == [0.01]
    assert replay == [ROWS[2]] and rank == [ROWS[3]]
    more = [
        at("l2sp", 0.1, 1.5, 0.04, seed=1, held_out=(0.1, 0.1)),
        at("l2sp", 0.01, 4.0, 0.02, seed=1, held_out=(0.4, 0.4)),
    ]
    (runs,) = repairs.chosen([*ROWS[:2], *more])
    assert [(row["mu"], row["seed"]) for row in runs] == [(0.1, 0), (0.1, 1)]


def test_what_is_sent_more_is_counted_against_slf_at_the_same_f():
    assert repairs.more_bytes(ROWS[2]) == 16_000
    assert repairs.more_bytes(ROWS[3]) == 15_000 - upload_bytes(32, 16, 0)
    table = repairs.table(ROWS)
    assert [row["name"] for row in table] == [
        "low rank 4, f = 0, k-means",
        "index replay 100, f = 0, k-means",
        *["L2-SP, f = 0, David's weights"] * 2,
    ]
    assert [row["mu"] for row in table] == ["", "1", "0.01", "0.1"]
    assert [row["damage"] for row in table] == ["× 8", "× 2", "× 4", "× 1.5"]
    assert table[1]["more"] == "+16.0"
    assert set(repairs.TABLE.values()) <= set(table[0])


def test_remedies_are_set_against_f_0_and_named_on_the_plane():
    home = who_pays.home([made_up.old_link(0, 16, mse=0.02)])
    anchored, replayed, changed, kept = repairs.remedies_of(ROWS, home)
    assert replayed.new == pytest.approx({0: math.log(1.5)})
    assert replayed.old == pytest.approx({0: math.log(2)})
    assert (replayed.air, replayed.kept, anchored.air) == (16_000, 0, 0)
    assert (kept.kept, kept.old, kept.name) == (15_000, {0: 0.0}, f"{changed.name}, kept")
    assert kept.goal == remedies.OPEN  # one seed
    assert repairs.remedies_of(ROWS, []) == []
    rows = [ROWS[2], {**ROWS[2], "line": "matched"}, ROWS[0]]
    made = repairs.remedies_of(rows, who_pays.home([made_up.old_link(0, 16, mse=0.02)]))
    assert [one.mark for one in made] == ["replay 100, k", "replay 100, r", "L2-SP"]


def test_the_finding_names_what_spares_the_old_link_most_among_those_with_all_seeds():
    text = repairs.finding(ROWS, [object()])
    assert text.startswith(
        "Of the trained remedies for which David keeps nothing, index replay 100, f = 0, k-means "
        "spares the old link most: its MSE is 2 times what it was, the new link's 0.0300, for "
        "16.0 kB more; L2-SP, f = 0, David's weights follows at 4 times (undecided) (one seed"
    )
    # The one seed of mu = 0.01 spares more, that of rank 4 most; neither has a second.
    rows = [at("l2sp", 0.1, times, 0.04, seed) for seed, times in enumerate((2.0, 2.0))]
    rows += [at("l2sp", 0.01, 1.2, 0.02, held_out=(0.01, 0.01)), at("rank", 1.0, 1.1, 0.02, size=4)]
    assert [len(of) for of in repairs.chosen(rows)] == [2, 1]
    assert "L2-SP, f = 0, David's weights spares the old link most: its" in repairs.finding(rows)


def test_a_line_joins_the_values_of_mu():
    (axes,) = repairs.trade_off(ROWS).axes
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["L2-SP, f = 0, David's weights"].get_xdata()) == [0.02, 0.04]
    assert list(lines["L2-SP, f = 0, David's weights"].get_ydata()) == pytest.approx([4.0, 1.5])
    assert len(lines) == 3


def test_pictures_are_those_of_the_chosen_runs_of_one_seed():
    rows = [*ROWS, {**ROWS[2], "seed": 1}]
    images = [np.full((2, 3, 32, 32), number, dtype=np.uint8) for number in range(5)]
    records = [
        Record(
            None, {"old_examples": dict.fromkeys(("original", "reconstruction"), encode(one))}, {}
        )
        for one in images
    ]
    shown = repairs.pictures(Results(None, rows, [], 5, 0, records))
    names = ["low rank 4\nf = 0, k-means", "index replay 100\nf = 0, k-means", "L2-SP\nf = 0"]
    assert [row["name"] for row in shown] == names
    assert [int(row["original"].max()) for row in shown] == [3, 2, 1]
    assert repairs.pictures(Results(None, [], [], 0, 0, [])) == []
