"""Every sender to every receiver: grid, table, sentence and figures from rows made by hand."""

import itertools

import numpy as np
import pytest
from made_up import row
from matplotlib.colors import to_hex

from slfkit.errors import ParameterError
from slfkit.experiments import misalignment
from slfkit.experiments.grid import users
from slfkit.records.spec import classifier_for
from slfkit.reporting import panels
from slfkit.reporting.style import MATCHED, MISALIGNED

NAMES = ("T1", "T2", "T3")


def pair(sender, receiver, mse, accuracy=0.9, seed=0, **measured):
    base = {"psnr": 20.0, "perplexity": 10.0, "pixel_variance": 0.25}
    measured = {**base, "mse": mse, "accuracy": accuracy, **measured}
    return row(seed, sender=sender, receiver=receiver, **measured)


PAIRS = [
    pair("T1", "T1", 0.02, 0.95),
    pair("T2", "T2", 0.04, 0.90),
    pair("T1", "T2", 0.50, 0.10),
    pair("T2", "T1", 0.03, 0.20),  # better than its own pair: it must not be counted as worse
]


def test_misalignment_is_a_3_x_3_matrix_per_seed():
    study = misalignment.misalignment("paper", seeds=[0, 1])
    assert {cell.labels["seed"] for cell in misalignment.misalignment().cells} == {0, 1, 2}
    judged = [spec for spec in study.specs() if spec.judge == "receiver"]
    assert len(study.cells) == 18 and len(study.specs()) == 18 + len(judged)
    assert len(judged) == 8  # MNIST to T3 and CIFAR-10 from it, two each and seed
    assert all(classifier_for(spec).sources == (spec.receiver.source,) for spec in judged)
    for cell in study.cells:
        trio = users("paper", cell.labels["seed"])
        assert cell.spec.sender == trio[cell.labels["sender"]]
        assert cell.spec.receiver == trio[cell.labels["receiver"]]
        assert cell.spec.source == cell.spec.sender.source
        assert cell.spec.crossover == cell.spec.sender.crossover


def test_several_seeds_have_the_interval_of_student_but_in_what_they_share():
    """Of 0.1 and 0.2: half width 12.706 * 0.05, and the mean between them."""
    rows = [pair("T1", "T2", mse, seed=seed, ceiling=0.98) for seed, mse in enumerate((0.1, 0.2))]
    (one,), (both,) = misalignment.pair_table(rows[:1]), misalignment.pair_table(rows)
    assert (one["mse"], one["accuracy"], one["seeds"]) == ("0.1000", "90.00", 1)
    assert (both["mse"], both["seeds"]) == ("0.1500 ± 0.6353", 2)
    assert (both["ceiling"], both["pixel_variance"]) == ("98.00", "0.250")


def test_misaligned_pairs_are_counted_and_what_that_rests_on_is_said():
    text = misalignment.finding(PAIRS)
    assert "Of 2 misaligned pairs, 1 have a larger MSE and 2 a lower accuracy" in text
    assert "0.020–0.040" in text and "0.030–0.500" in text
    assert "90.0–95.0 %" in text and "10.0–20.0 %" in text
    assert misalignment.finding(PAIRS).endswith("(one seed).")
    assert misalignment.finding(PAIRS * 2).endswith("(2 seeds, paired).")
    some = misalignment.finding([*PAIRS, pair("T1", "T1", 0.02, 0.95, seed=1)])
    assert some.endswith("(1 to 2 seeds per cell, paired; one seed decides nothing).")
    gaps = misalignment.finding(PAIRS, [object()] * 2)
    assert gaps.endswith("one seed; 2 of 6 cells missing).")


def pair_rows(seeds=1):
    pictures = np.zeros((4, 3, 32, 32), dtype=np.uint8)
    both = {"original": pictures, "reconstruction": pictures + 9}
    return [
        pair(sender, receiver, 0.2 + seed, 0.5 + 0.2 * seed, seed, **both)
        for sender, receiver, seed in itertools.product(NAMES, NAMES, range(seeds))
    ]


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_the_matrix_has_senders_in_rows_and_writes_mean_and_interval():
    field, bar = misalignment.pair_matrix(pair_rows(), "psnr").axes
    assert texts_of(field) == ["20.0"] * 9 and bar.get_ylabel() == "PSNR (dB)"
    field, _ = misalignment.pair_matrix(pair_rows(seeds=2), "accuracy").axes
    assert texts_of(field)[0] == "60.0\n± 127.1"
    assert (field.get_xlabel(), field.get_ylabel()) == ("receiver", "sender")
    rows = [{**row, "mse": float(row["sender"] == "T1") + 0.5} for row in pair_rows()]
    field = misalignment.pair_matrix(rows, "mse").axes[0].images[0].get_array()
    np.testing.assert_allclose(field, [[1.5] * 3, [0.5] * 3, [0.5] * 3])
    with pytest.raises(ParameterError, match="'ssim' is unknown: expected one of mse, psnr"):
        misalignment.pair_matrix(pair_rows(), "ssim")


def test_grid_shows_sent_above_decoded_in_frames_by_kind_of_pair():
    fields = misalignment.reconstruction_grid(pair_rows(), images=2).axes
    picture = fields[0].images[0].get_array()
    assert len(fields) == 9 and picture.shape == (2 * 34, 2 * 34, 3)
    assert picture[10, 10, 0] == 0 and picture[44, 10, 0] == 9
    assert [axes.get_title() for axes in fields[:3]] == ["to T1", "to T2", "to T3"]
    assert [axes.get_ylabel() for axes in fields[::3]] == ["from T1", "from T2", "from T3"]
    frames = [to_hex(axes.spines["top"].get_edgecolor()) for axes in fields]
    assert frames == [(MATCHED if k % 4 == 0 else MISALIGNED)["color"] for k in range(9)]
    assert MATCHED["linestyle"] != MISALIGNED["linestyle"]


SEEN = [("3", False), ("cat", True), ("5", False)]


def below(axes):
    return [(text.get_text(), to_hex(text.get_color())) for text in axes.get_xticklabels()]


def test_the_class_seen_in_a_picture_is_right_or_wrong_by_sign_and_colour():
    rows = [{**row, "seen": SEEN if row["receiver"] == "T3" else []} for row in pair_rows()]
    right, wrong = MATCHED["color"], MISALIGNED["color"]
    assert right != wrong
    fields = misalignment.reconstruction_grid(rows, images=2).axes
    assert below(fields[2]) == [("✗ 3", wrong), ("✓ cat", right)]
    assert [text for text, _ in below(fields[0])] == ["–", "–"]


def test_one_seed_is_shown_the_first_that_was_sent_the_same_pictures():
    first, *others = pair_rows(seeds=3)
    rows = [{**first, "original": first["original"] + 1}, *others]
    assert {row["seed"] for row in misalignment.of_one_seed(rows)} == {1}
    assert {row["seed"] for row in misalignment.of_one_seed(rows[:-1])} == {1}
    assert {row["seed"] for row in misalignment.of_one_seed(pair_rows(seeds=2))} == {0}


@pytest.mark.parametrize(
    "draw, of", [(panels.picture_rows, "xaxis"), (panels.picture_strip, "yaxis")]
)
def test_rows_of_pictures_name_classes_if_a_record_has_any(draw, of):
    old, new = ({**row, "name": "f = 4"} for row in pair_rows()[:2])
    texts = [
        [text.get_text() for text in getattr(axes, of).get_ticklabels()]
        for axes in draw([old, {**new, "seen": SEEN}]).axes
    ]
    assert texts[0] == [] and texts[1][:2] == ["–", "–"] and texts[2][:2] == ["✗ 3", "✓ cat"]
    assert [getattr(axes, of).get_ticklabels() for axes in draw([old]).axes] == [[], []]


def test_what_is_not_computed_is_named():
    rows = [row for row in pair_rows() if row["receiver"] != "T2" or row["sender"] == "T2"]
    fields = misalignment.reconstruction_grid(rows).axes
    assert [texts_of(axes) for axes in fields].count(["not computed"]) == 2
    assert texts_of(misalignment.pair_matrix(rows, "mse").axes[0]).count("not\ncomputed") == 2


def test_picture_rows_show_what_was_sent_and_each_line_that_was_sent_the_same():
    rows = [{**row, "name": name} for row, name in zip(pair_rows(), ("a", "f = 4"), strict=False)]
    drawn = panels.picture_rows(rows).axes
    assert [axes.get_ylabel() for axes in drawn] == ["sent", "a", "f = 4"]
    assert [axes.images[0].get_array()[10, 10, 0] for axes in drawn] == [0, 9, 9]
    # Records of different dates may show other test images.
    one, other = (np.full((2, 3, 32, 32), value, np.uint8) for value in (0, 9))
    rows = [
        {"name": name, "original": sent, "reconstruction": sent}
        for name, sent in (("a", one), ("b", other), ("c", one))
    ]
    assert [row["name"] for row in panels.of_one_set(rows)] == ["a", "c"]
    assert [axes.get_ylabel() for axes in panels.picture_rows(rows).axes] == ["sent", "a", "c"]
