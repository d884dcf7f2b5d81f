"""Ways without training by hand: what they cost, by which images they are chosen, whose link."""

from dataclasses import fields

import made_up

from slfkit.experiments.candidates import candidates_of
from slfkit.experiments.choosing import Need, explained
from slfkit.experiments.grid import scale_of
from slfkit.experiments.sweeps import channel_cells, source_cells
from slfkit.experiments.untrained import ENCODER, OWN_HELD_OUT, TRIAL, untrained, untrained_cells
from slfkit.records.pilots import PilotSpec
from slfkit.recovery import Link
from slfkit.sizes import sender_bytes

UNIT = Link(8.0, 8.0, 1.0)  # a byte or an operation takes a second


def pair_row(line, mse, seed=0, **more):
    return made_up.row(seed, mse=mse, accuracy=0.9, line=line, crossover=0.3, **more)


def piloted(n, mse, seed=0):
    one = {"method": "ridge 3", "payload": "indices", "bytes_down": 5 * n, "flops": 7}
    other = {**one, "payload": "float32", "mse": 0.0, "accuracy": 1.0}
    aligners = [other, {**one, "mse": mse, "accuracy": 0.8}]
    return pair_row("pilots", 9.9, seed, pilots=n, aligners=aligners)


def trained(seed=0):
    old = {"before": {"accuracy": 0.98}, "after": {"accuracy": 0.1}}
    row = made_up.timed(4, seed, line="slf", old_link=old)
    return {**row, "history": [{**state, "mse": 0.5} for state in row["history"]]}


def test_ways_are_chosen_by_held_out_images_and_reported_for_all_test_images():
    (one,) = untrained([piloted(10, 0.04), pair_row(TRIAL, 0.05, pilots=10), trained()])
    assert (one.name, one.held_out, one.mse) == ("a ridge map from 10 pilots", 0.05, 0.04)
    assert (one.accuracy, one.held_out_accuracy, one.old_link, one.epoch) == (0.8, 0.9, 0.98, 0)
    assert one.seconds(UNIT) == 5 * 10 + 7 and one.world == "ε = 0.3"
    # David's own pair has twice the MSE on all images, and 0.05 less accuracy.
    first = {**piloted(10, 0.04), "own": {"mse": 0.01, "accuracy": 0.95}}
    (one,) = untrained([first, pair_row(TRIAL, 0.05, pilots=10), pair_row("matched", 0.02)])
    assert (one.held_out, one.mse, round(one.accuracy, 9)) == (0.05, 0.08, 0.75)
    # A way that lacks one of its tests is left out.
    assert not untrained([first, pair_row(TRIAL, 0.05, pilots=3), pair_row("matched", 0.1)])
    (one,) = untrained([piloted(1, 0.04), pair_row(TRIAL, 0.05, pilots=1)])
    assert one.old_link is None and one.name.endswith("1 pilot")
    # David's encoder costs its message and the codebook.
    (one,) = untrained([pair_row("matched", 0.02), pair_row(OWN_HELD_OUT, 0.03)])
    assert (one.name, one.held_out, one.mse) == (ENCODER, 0.03, 0.02)
    assert one.seconds(UNIT) == sender_bytes(32, 16) and one.flops == 0


def test_what_is_chosen_without_training_comes_with_the_best_that_trains():
    rows = [piloted(3, 0.04), pair_row(TRIAL, 0.05, pilots=3), trained()]
    sentences = explained([*candidates_of(rows), *untrained(rows)], Need())
    assert sentences[0].startswith("Choose a ridge map from 3 pilots: ready after ")
    assert sentences[2].startswith("With training: choose f = 4, and stop after epoch ")
    assert "Of those" not in " ".join(explained(candidates_of(rows), Need()))


def test_each_map_is_tested_twice_alike():
    """The same users, pilots and air; only the images differ."""
    scale = scale_of("paper", [])
    for cells in (
        channel_cells(scale, 1, 0.3, (0, 4)),
        source_cells(scale, 1, 0.5, (0, 4), "images"),
    ):
        made = list(untrained_cells(scale, cells, (1, 10)))
        pairs = [[c.spec for c in made if c.labels["line"] == line] for line in ("pilots", TRIAL)]
        assert len(pairs[0]) == len(pairs[1]) == 2
        for report, trial in zip(*pairs, strict=True):
            names = [item.name for item in fields(PilotSpec)]
            assert [getattr(trial, n) for n in names] == [getattr(report, n) for n in names]
