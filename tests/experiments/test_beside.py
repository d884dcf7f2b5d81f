"""Ways without training by hand: which aligner and how many pilots are named, and what is late."""

import made_up

from slfkit.experiments.beside import beside
from slfkit.experiments.choosing import Need

UNIT = Need(8.0, 8.0, 1.0)  # a byte or an operation takes a second


def aligned(pilots, seed=0, mse=0.02, method="ridge 3", payload="indices", size=5):
    one = {"method": method, "payload": payload, "bytes_down": size, "flops": 1, "mse": mse}
    measured = {"mse": 0.5, "accuracy": 0.5}
    row = made_up.row(seed, measured=measured, line="pilots", crossover=0.3, pilots=pilots)
    return {**row, "aligners": [{**one, "accuracy": 0.9}]}


def test_the_aligner_named_beforehand_is_shown_with_the_pilots_that_most_seeds_have():
    rows = [
        aligned(1, mse=0.001),
        aligned(10),
        aligned(10, 1),
        aligned(10, method="ridge 5", mse=0.0),
    ]
    assert beside(rows, "ε = 0.3", UNIT) == (
        "Without training, and judged only by test images: ridge 3 from the indices "
        "of 10 pilots, ready after 6.00 s, test MSE 0.0200. David's old link stays as it is."
    )


def test_what_is_late_or_elsewhere_is_not_shown():
    rows = [aligned(10)]
    assert beside(rows, "ε = 0.3", Need(8.0, 8.0, 1.0, deadline=5.9)) == ""
    assert beside(rows, "ε = 0.4", UNIT) == "" and beside([], "ε = 0.3", UNIT) == ""
    assert beside(rows, "ε = 0.3", Need(8.0, 8.0, 1.0, deadline=6.0))
