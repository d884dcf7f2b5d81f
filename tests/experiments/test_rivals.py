"""The rivals by hand: grid, prices, tables, sentences and figures."""

import made_up
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import rival_figures, rival_prices, rivals
from slfkit.experiments.pilots import pilots
from slfkit.experiments.recovery_time import recovery
from slfkit.experiments.reinitialisation import reinitialisation
from slfkit.records.rounds import VARIANTS
from slfkit.recovery import Link
from slfkit.sizes import over_the_air_bytes

LINK = Link(8e3, 8e3, 1e3)  # a kilobyte a second each way; a thousand operations a second


def trained(way, f, mse, seed, old, **other):
    """Return the row of a run that leaves this accuracy on the old link."""
    other |= {"codewords": 32, "dimension": 16, "old_link": {"after": {"accuracy": old}}}
    return made_up.timed(f, seed, mse, way=way, **{"epochs": 2, **other})


def slf(f, mse, seed=0):
    return trained(f"SLF, f = {f}", f, mse, seed, 0.5)


def air(mse, seed=0):
    return trained(rival_prices.AIR, 0, mse, seed, 0.6, batch=8)


def averaged(name, mse, seed=0, rounds=2, apart=False):
    way = rivals.AVERAGED[name] + (", other seeds" if apart else "")
    spent = [{"bytes_down": 700 * n, "bytes_up": 600 * n, "flops": 500 * n} for n in (1, 2, 3)]
    history = [{**one, "test_mse": mse + 1 / n} for n, one in enumerate(spent, start=1)]
    labels = {"variant": name, "apart": apart, "at_once": False}
    row = trained(way, 0, mse, seed, 0.7, epochs=rounds, history=history, **labels)
    return row | {"own_link": {"before": {"mse": 0.02}, "after": {"mse": 0.05}}}


def bare(way, mse, seed=0):
    return made_up.row(seed, mse=mse, accuracy=0.1, way=way)


def piloted(mse, seed=0):
    one = {"method": "ridge 3", "payload": "indices", "bytes_down": 4000, "flops": 2000}
    other = {**one, "payload": "float16", "mse": 9.0, "accuracy": 0.0}
    aligners = [other, {**one, "mse": mse, "accuracy": 0.8}]
    return made_up.row(seed, mse=9.0, accuracy=0.0, aligners=aligners, way="pilots")


ROWS = [
    bare("unaligned", 2.0),
    bare("matched", 0.05),
    slf(0, 0.1),
    slf(4, 0.2),
    air(0.15),
    piloted(0.3),
    averaged("own", 0.4),
    averaged("common", 0.3),
    averaged("own", 0.6, apart=True),
]


def test_grids_are_those_of_other_studies_and_only_some_ways_have_fewer_seeds():
    cells = rivals.rivals("paper", seeds=[0]).cells
    by_way = {cell.labels["way"]: cell.spec for cell in cells}
    assert {by_way[f"SLF, f = {f}"] for f in range(5)} == set(recovery("paper", seeds=[0]).specs())
    assert by_way[rival_prices.AIR] == by_way["SLF, f = 0"]
    kept = by_way[rival_prices.AIR_KEPT]
    assert not kept.reinitialise and kept in reinitialisation("paper", seeds=[0]).specs()
    assert by_way["100 pilots"] in pilots("paper", seeds=[0]).specs()
    assert len(by_way) == len(cells) == 21
    seeds = {}
    for cell in rivals.rivals("paper").cells:
        seeds.setdefault(cell.labels["way"], []).append(cell.labels["seed"])
    few = {way for way, of in seeds.items() if of == [0, 1, 2]}
    assert all(of == list(range(8)) for way, of in seeds.items() if way not in few)
    assert few == {way for way in seeds if "averaging" in way} | {rival_prices.AIR_KEPT}


def test_every_variant_is_averaged_and_an_unknown_one_refused():
    cells = [one for one in rivals.rivals("paper", seeds=[1]).cells if "variant" in one.labels]
    assert {one.labels["variant"] for one in cells} == set(VARIANTS) == rivals.AVERAGED.keys()
    seeds = {(c.spec.variant, c.spec.alice.seed, c.spec.local) for c in cells}
    apart = {
        (name, seed, local) for name in ("own", "matched") for seed in (1, 2) for local in (0, 1)
    }
    assert seeds == {(name, 1, 1) for name in VARIANTS} | apart and len(seeds) == len(cells)
    for cell in cells:
        assert (cell.spec.alice.crossover, cell.spec.david.crossover) == (0.1, 0.3)
        assert cell.labels["seed"] == cell.spec.seed == 1
    with pytest.raises(ParameterError, match="variant 'mean' is unknown"):
        rivals.rivals("smoke", variants=["mean"])


def test_prices_and_epochs_by_hand():
    # SLF sends once; averaging in every round; over the air every image in every epoch.
    price = rival_prices.price
    assert (price(slf(0, 0.1)).bytes, price(slf(0, 0.1)).flops) == (1500, 2 * 50 * 10)
    assert price(slf(0, 0.1)).seconds(LINK) == pytest.approx(1.5 + 1)
    assert price(averaged("own", 0.1)) == rival_prices.Price(1400, 1200, 1000)
    sent = price(air(0.1))
    assert sent.bytes == over_the_air_bytes(100, 2 * 7, 32, 16)
    assert sent.bytes_up == 100 * 160 + 14 * 2048
    assert price(rival_prices.priced([piloted(0.3)])[0]) == rival_prices.Price(4000, 0, 2000)
    assert rival_prices.epochs_of(slf(0, 0.1)) == 2
    assert rival_prices.epochs_of(averaged("common", 0.1)) == 1000 / 500
    priced = rival_prices.priced(ROWS)
    assert len(priced) == len(ROWS) - 2
    pilot = {row["way"]: row for row in priced}["pilots"]
    assert (pilot["mse"], pilot["accuracy"], pilot["bytes_down"]) == (0.3, 0.8, 4000)


def test_the_table_has_a_row_per_way():
    table = {row["way"]: row for row in rivals.table(ROWS)}
    bare = {"way": "unaligned", "mse": "2.0000", "accuracy": "10.00", "seeds": 1}
    assert table["unaligned"] == bare
    own = table["averaging, own weights"]
    assert (own["mse"], own["tflop"]) == ("0.4000", "0.00000000100")  # 2 of 500
    assert (own["megabytes"], own["old"]) == ("0.00260", "70.0")
    assert own["own"] == "× 2.5" and "own" not in table["SLF, f = 0"]
    assert own["seconds"] == "0.0104"  # 2,600 bytes at 2 Mbit/s
    assert table["pilots"]["mse"] == "0.3000" and "old" not in table["pilots"]
    assert set(rivals.TABLE.values()) | set(rivals.OWN.values()) <= set(own)


def test_costs_stand_beside_what_was_counted_and_what_is_not_charged():
    counted = {"images": 64, "steps": 1, "codewords": 32, "dimension": 16, "bytes": 1_066_000}
    table = {row["what"]: row for row in rival_prices.cost_table(counted, ROWS)}
    air_row = table["over the air, 64 images"]
    assert air_row["formula"] == f"{64 * 16_544 + 3 * 2_048:,}"
    assert air_row["apart"] == f"{100 * (1_066_000 / 1_064_960 - 1):.2f}"
    assert table["averaging, a round of whole transceivers"]["counted"] == "1,300"
    assert table["SLF, download"]["counted"] is None
    assert set(rival_prices.COSTS.values()) == set(air_row)
    epoch = "over the air, an epoch of 7 round trips"  # 50 images in batches of 8
    assert table[epoch]["formula"] == f"{50 * 16_544 + 15 * 2_048:,}"
    assert table[f"{epoch}, int8 gradients"]["formula"] == f"{50 * 4_260 + 15 * 2_048:,}"
    bare = rival_prices.cost_table(counted, [])
    assert len(bare) == 4 and {row["counted"] for row in bare[:3]} == {None}
    other = averaged("codebook", 0.1)
    other["history"][0]["bytes_up"] = 2200
    assert "new weights, 0.6 to 2.2 kB." in rival_prices.uncharged([*ROWS, other])
    assert "new weights, 0.6 kB." in rival_prices.uncharged(ROWS)
    assert rival_prices.uncharged(ROWS[:4]) == ""
    text = rival_prices.images_worth([slf(0, 0.1), {**slf(4, 0.2), "bytes_up": 0}])
    assert text.endswith(f"{1500 / 16_544:.1f} at f = 0 and {1000 / 16_544:.1f} at f = 4.")
    assert rival_prices.images_worth([air(0.1)]) == ""


def test_the_finding_names_the_best_of_each_on_shared_seeds():
    text = rivals.finding(ROWS, [object()])
    assert "The best of SLF, f = 0, ends at an MSE of 0.1000" in text
    assert (
        "the best of 3 ways to average, new common start, ends at an MSE of 0.3000, "
        "3 times that of SLF on 1 shared seed (undecided), after"
    ) in text
    assert "training over the air ends at an MSE of 0.1500" in text
    assert text.endswith("1 of 10 cells missing).")
    assert "no run of averaging with training is stored yet" in rivals.finding(ROWS[:4])
    rows = [
        {**averaged("own", mse, apart=apart), "at_once": True, "way": f"averaging, {apart}"}
        for mse, apart in ((0.7, True), (0.2, False))
    ]
    said = "averages leave an MSE of 0.2000 to 0.7000"
    assert said in rivals.finding([*ROWS, *rows]) and said in rivals.finding(rows)
    # 1.5 and 1.52 times 0.2, whatever the third seed of SLF is.
    rows = [slf(0, 0.2), slf(0, 0.2, seed=1), slf(0, 9.0, seed=2)]
    rows += [averaged("own", 0.3), averaged("own", 0.304, seed=1)]
    said = rivals.finding(rows)
    assert " times that of SLF on 2 shared seeds, after" in said and ", 1.51 (1.3" in said
    assert "times" not in rivals.finding([slf(0, 0.2), averaged("own", 0.3, seed=1)])


def test_markers_and_lines_tell_the_ways_apart():
    rows = [*rivals.without(ROWS), *rival_prices.priced(ROWS)]
    figure = rival_figures.plane(rows, rival_prices.amounts())
    for axes in figure.axes:
        assert len(axes.lines) == len(ROWS)
        assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [len(legend.get_texts()) for legend in figure.legends] == [len(ROWS)]
    markers = [line.get_marker() for line in figure.axes[0].lines[2:]]
    assert len(set(markers)) == len(markers)
    rows = [averaged(name, 0.1) for name in VARIANTS]
    rows += [averaged(name, 0.1, apart=True) for name in rivals.APART]
    rows = [slf(f, 0.1) for f in range(5)] + [air(0.1), piloted(0.2), *rows]
    figure = rival_figures.plane(rival_prices.priced(rows), rival_prices.amounts())
    looks = [(line.get_marker(), line.get_color()) for line in figure.axes[0].lines]
    assert len(set(looks)) == len(looks) == 14
    rows = [averaged("own", 0.2), averaged("own", 0.3, seed=1)]
    figure = rival_figures.plane(rows, rival_prices.amounts())
    assert len(figure.axes[0].containers) == 1


def test_rounds_have_a_line_a_run_or_a_word():
    (axes,) = rival_figures.rounds(ROWS).axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[1, 2, 3]] * 3
    (axes,) = rival_figures.rounds(ROWS[:4]).axes
    assert [text.get_text() for text in axes.texts] == ["no run is stored yet"]
