"""Remedies on one plane: the goal by intervals, what is kept, and the sender's name."""

import math

import made_up
import pytest
from made_up import OLD_LINKS as ROWS
from made_up import old_link as at

from slfkit.experiments import old_link_figures, remedies, who_pays
from slfkit.experiments.remedies import COSTLY, MISSED, OPEN, REACHED, Remedy
from slfkit.sizes import download_bytes, sender_bytes


def remedy(new, old, **other):
    """A remedy with these factors, one per seed."""
    sides = [{seed: math.log(value) for seed, value in enumerate(of)} for of in (new, old)]
    return Remedy("one", 1, *sides, {0: 1.0}, **other)


@pytest.mark.parametrize(
    ("new", "old", "size", "goal"),
    [
        ((1.01, 1.02, 1.01), (1.0, 1.0, 1.0), 20_000, REACHED),
        ((1.01, 1.02, 1.01), (1.0, 1.0, 1.0), 20_001, COSTLY),
        ((1.01, 1.02, 1.01), (1.2, 1.2, 1.21), 0, MISSED),
        ((1.2, 1.2, 1.21), (1.0, 1.0, 1.0), 30_000, MISSED),
        ((1.0, 1.2, 1.1), (1.0, 1.0, 1.0), 0, OPEN),
        ((1.0, 1.2, 1.1), (1.0, 1.0, 1.0), 30_000, COSTLY),
        ((1.01,), (1.0,), 0, OPEN),
    ],
)
def test_the_goal_is_judged_by_the_intervals_of_both_links_and_the_bytes(new, old, size, goal):
    """One seed has no interval, so it decides nothing, unless nothing was changed."""
    assert remedy(new, old, kept=size).goal == goal
    assert remedy(new, old, air=size).goal == goal


def test_ends_are_those_of_the_t_interval():
    """Of 0 and 0.2 the mean is 0.1, the half width 12.706 * 0.1."""
    assert remedies.ends([0.0, 0.2]) == pytest.approx((0.1 - 1.2706, 0.1 + 1.2706), abs=1e-4)
    assert remedies.ends([0.0]) == (0.0, 0.0)
    assert remedies.ends([0.1]) == (-math.inf, math.inf)


def test_slf_is_set_against_f_0_of_the_same_seed():
    home = who_pays.home([*ROWS, at(1, 3, seed=7)])  # seed 7 has no f = 0
    one = remedies.plain(home)[1]
    assert one.old == pytest.approx({0: math.log(8), 1: math.log(8)})
    (kept,) = remedies.plain(home, "kept")
    assert kept.new == pytest.approx({0: math.log(2)})
    assert kept.name == "f = 0, David's weights"


def test_what_is_kept_and_a_name_for_each_partner_have_their_price():
    kept = remedies.kept(who_pays.home(ROWS))
    assert [one.kept for one in kept] == [113_612, 76_576, 20_928, 2_200]
    assert all(value == 0 for one in kept for value in one.old.values())
    assert [one.name.split(", ")[1] for one in kept] == ["parts kept"] * 3 + ["codebook kept"]
    table = remedies.table(kept)
    assert [row["kept"] for row in table] == ["113.6", "76.6", "20.9", "2.2"]
    assert [row["goal"] for row in table] == [COSTLY] * 3 + [REACHED]
    assert set(remedies.TABLE.values()) == set(table[0])
    # An image has 256 numbers of 5 bits, 1,280 bits.
    table = remedies.partners(who_pays.home(ROWS))
    assert [(row["partners"], row["bits"]) for row in table] == [(2, 1), (10, 4), (100, 7)]
    assert (table[0]["decoders"], table[2]["codebooks"]) == ("227.2", "220.0")
    assert table[0]["share"] == "0.08"
    assert remedies.partners([]) == []


def test_what_is_reached_open_and_ruled_out_is_said():
    good, bad = remedy((1, 1), (1, 1)), remedy((1, 1), (2, 2))
    costly, undecided = remedy((1, 1), (1, 1), kept=10**6), remedy((1.0, 1.1), (1,))
    assert remedies.reached([bad, costly, undecided]) == (
        "none ends within 5 % on both links for 20 kB or less; “one” does for more; "
        "undecided: “one”"
    )
    assert remedies.reached([good]).startswith("“one” ends within 5 %")
    assert remedies.reached([]) == ""


def test_on_the_plane_what_david_keeps_is_small_and_others_have_whiskers():
    (axes,) = old_link_figures.plane([remedy((1.0, 1.44), (2.0, 2.0), mark="here")]).axes
    point = next(line for line in axes.lines if line.get_label() == "f = 1")
    assert (point.get_xdata()[0], point.get_ydata()[0]) == pytest.approx((1.2, 2.0))
    assert axes.texts[0].get_text() == "here"
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert not old_link_figures.plane([]).legends
    kept = remedy((1.0, 1.44), (1.0, 1.0), kept=10)
    (axes,) = old_link_figures.plane([kept]).axes
    assert (axes.lines[0].get_markersize(), axes.lines[0].get_ydata()[0]) == (5, 1.0)
    assert not axes.containers and not names_of(kept)


def names_of(one):
    return old_link_figures.plane([one]).axes[0].get_legend_handles_labels()[1]


def test_davids_encoder_is_a_way_without_slf_that_leaves_the_old_link():
    # Its MSE is set against f = 0 of the same seed; encoder and codebook are all that is sent.
    cell = (("line", "matched"),)
    own = [{"line": "matched", "seed": k, "mse": 0.0198, "cell": cell} for k in (0, 1, 7)]
    rows = [{**row, "dimension": 16} for row in ROWS] + own
    (one,) = who_pays.untouched(rows)
    assert one.new == pytest.approx(dict.fromkeys((0, 1), math.log(0.0198 / 0.02)))
    assert set(one.old.values()) == {0.0}
    sent = sender_bytes(32, 16)
    assert one.air == sent - ROWS[0]["bytes_down"] - 113_612
    assert set(one.seconds.values()) == {8 * sent / 2e6}
    assert "“David's encoder, no SLF” leaves the old link" in who_pays.finding(rows)
    assert names_of(one) == ["David's encoder"]
    assert who_pays.untouched(ROWS) == []
    assert "David's encoder" not in who_pays.finding(ROWS)


def test_a_ridge_fit_first_leaves_the_old_link_and_costs_the_pilots():
    sizes = {"codewords": 32, "dimension": 16, "bytes_down": download_bytes(32, 16) + 18_304}
    start = made_up.timed(4, 0, 0.021, 0, line="ridge", pilots=100, fit_flops=3e12, **sizes)
    (one,) = who_pays.untouched([*ROWS, start])
    assert (one.name, one.frozen, one.air) == ("f = 4, ridge first", 4, 18_304)
    assert one.new == {0: math.log(0.021 / 0.02)} and one.old == {0: 0.0}
    link = 8 * start["bytes_down"] / 2e6
    trained = start["epochs_mse"] * start["training_images"] * start["flops_per_image"]
    assert one.seconds[0] == pytest.approx(link + (trained + 3e12) / 30e12)
    said = who_pays.cure([*ROWS, start])
    assert said.startswith("But “f = 4, ridge first”, a ridge fit to 100 pilots before SLF, leaves")
    assert "and whether that is within 5 % is undecided, for 18.3 kB of pilots" in said
    assert names_of(one) == ["f = 4, ridge first"]
