"""Tables of the experiments: grouping, order, mean and interval over seeds."""

import pytest

from slfkit.experiments import misalignment, sweeps

BASE = {"psnr": 20.0, "accuracy": 0.9, "perplexity": 10.0, "pixel_variance": 0.25}


def pair(sender, receiver, seed, mse):
    return {"sender": sender, "receiver": receiver, "seed": seed, "mse": mse, **BASE}


def cell(line, crossover, seed, mse=0.1, **more):
    return {"line": line, "crossover": crossover, "seed": seed, "mse": mse, **BASE, **more}


def test_one_seed_has_no_interval():
    (row,) = misalignment.pair_table([pair("T1", "T2", 0, 0.125)])
    assert row["mse"] == "0.1250" and row["accuracy"] == "90.00" and row["seeds"] == 1


def test_two_seeds_have_the_interval_of_student():
    (row,) = misalignment.pair_table([pair("T1", "T2", 0, 0.1), pair("T1", "T2", 1, 0.2)])
    # two values: half width 12.706 * 0.05, and the mean between them
    assert row["mse"] == "0.1500 ± 0.6353" and row["seeds"] == 2


def test_what_all_seeds_share_has_no_interval():
    rows = [{**pair("T1", "T2", seed, 0.1 + seed), "ceiling": 0.98} for seed in (0, 1)]
    (row,) = misalignment.pair_table(rows)
    assert (row["ceiling"], row["pixel_variance"]) == ("98.00", "0.250")


def test_normalised_mse_is_the_mse_over_the_variance():
    (row,) = sweeps.channel_table([cell("matched", 0.3, 0, mse=0.05)])
    assert row["normalised"] == "0.200"


def test_channel_rows_come_by_eps_then_unaligned_then_f_then_matched():
    rows = [
        cell("matched", 0.3, 0),
        cell("slf", 0.3, 0, frozen=4, epochs_mse=3, epochs_accuracy=2),
        cell("slf", 0.3, 0, frozen=0, epochs_mse=5, epochs_accuracy=4),
        cell("unaligned", 0.3, 0),
        cell("matched", 0.1, 0),
    ]
    table = sweeps.channel_table(rows)
    assert [(row["crossover"], row["name"]) for row in table] == [
        (0.1, "matched"), (0.3, "unaligned"), (0.3, "f = 0"), (0.3, "f = 4"), (0.3, "matched"),
    ]  # fmt: skip
    assert table[2]["epochs_mse"] == "5" and "epochs_mse" not in table[1]


def test_pictures_are_taken_at_the_nearest_eps_of_the_fullest_seed():
    rows = [
        cell("unaligned", 0.1, 0),
        cell("matched", 0.4, 0),
        cell("matched", 0.4, 1),
        cell("unaligned", 0.4, 1),
    ]
    chosen = sweeps.at_crossover(rows, 0.3)
    assert [(row["name"], row["crossover"], row["seed"]) for row in chosen] == [
        ("unaligned", 0.4, 1), ("matched", 0.4, 1),
    ]  # fmt: skip


def test_no_pictures_are_no_rows():
    assert sweeps.at_crossover([], 0.3) == []


@pytest.mark.parametrize("table", [misalignment.pair_table, sweeps.channel_table])
def test_no_rows_make_an_empty_table(table):
    assert table([]) == []


def test_the_source_table_goes_by_alpha():
    rows = [{"alpha": alpha, "line": "matched", "seed": 0, "mse": 0.1, "pixel_variance": 0.5}
            for alpha in (0.5, 0.0)]  # fmt: skip
    table = sweeps.source_table(rows)
    assert [row["alpha"] for row in table] == [0.0, 0.5]
    assert list(sweeps.SOURCE)[0] == "α"
    assert set(sweeps.SOURCE) - set(sweeps.CHANNEL) == {"α", "As sent (%)"}
    assert [row["alpha"] for row in sweeps.at_alpha(rows, 0.1)] == [0.0]
