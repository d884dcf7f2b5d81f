"""The answers to the exercises: each is run, and what it says is checked in another way."""

import math
import re
import runpy
from collections import defaultdict
from statistics import fmean

import pytest
from slfbook.answers import FOLDER, printed

from slfkit.experiments import (
    city,
    codebook_start,
    fine_tuning_rate,
    misalignment,
    pilots,
    recovery_time,
    reinitialisation,
    sweeps,
)
from slfkit.experiments.paper import table1
from slfkit.records.store import project_root
from slfkit.recovery import Link
from slfkit.recovery import recovery_time as time_of

ROOT = project_root()
FILES = sorted((ROOT / FOLDER).glob("*.py"))


def answer(name):
    """Return the variables an answer leaves behind."""
    return runpy.run_path(str(ROOT / FOLDER / f"{name}.py"))


def said(name):
    return printed(ROOT / FOLDER / f"{name}.py")


def found(study, **asked):
    """Return the stored results of a study."""
    return study("paper", compute="none", **asked).run()


def of_slf(study):
    results = found(study)
    both = zip(results.rows, results.records, strict=True)
    return [(row, record) for row, record in both if row["line"] == "slf"]


def mean(draws, metric="mse"):
    return fmean(draw[metric] for draw in draws)


def totals(link, task="reconstruction"):
    """Return the modelled time of each f of the paper's table."""
    return [
        time_of(one.bytes_down, 1e12 * one.tflop[task], one.bytes_up, link).total
        for one in table1()
    ]


def test_every_answer_stands_on_one_page_and_says_something():
    pages = [*(ROOT / "book").glob("*.md"), *(ROOT / "notebooks").glob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    shown = re.findall(r"```\{answer\} (\S+)", text)
    assert sorted(shown) == [path.stem for path in FILES]
    assert all(printed(path) for path in FILES)


def test_no_line_of_an_answer_is_wider_than_the_page():
    lines = [(path.stem, line) for path in FILES for line in path.read_text().splitlines()]
    assert [(name, line) for name, line in lines if len(line) > 76] == []


@pytest.mark.parametrize("number", range(1, 15))
def test_every_experiment_has_two_or_three_exercises(number):
    assert len([path for path in FILES if path.stem.startswith(f"{number:02}")]) in (2, 3)


def test_pairs_worse_than_nothing_are_those_of_negative_explained_variance():
    shares = [
        1 - mean(record.results["test"]) / record.results["pixel_variance"]
        for record in found(misalignment.misalignment).records
        if record.spec.sender != record.spec.receiver
    ]
    worse = sum(share < 0 for share in shares)
    assert said("01_nothing_arrives").startswith(f"{worse} of {len(shares)} misaligned pairs")


def test_nine_and_seven_in_ten_of_256_numbers_are_kept():
    lines = ["T1: 230.4 of 256 arrive as sent.", "T2: 179.2 of 256 arrive as sent."]
    assert said("01_numbers_kept").splitlines() == lines


def test_a_channel_of_31_in_32_carries_nothing():
    bits = answer("02_capacity")["bits"]
    assert bits[31 / 32] == pytest.approx(0, abs=1e-9)
    assert bits[0.5] == pytest.approx(256 * (5 - 1 - math.log2(31) / 2))
    assert "ε = 0.96875: at most 0 bits" in said("02_capacity")


def test_runs_whose_last_epoch_was_the_best_are_counted():
    cut = sum(
        record.results["tasks"]["mse"]["best_epoch"] == record.spec.epochs
        for _, record in of_slf(sweeps.channel_dissimilarity)
    )
    total = len(of_slf(sweeps.channel_dissimilarity))
    assert said("02_last_epoch") == f"In {cut} of {total} runs the last epoch was the best."


def test_the_mixture_is_the_mean_of_its_halves():
    lines = re.findall(r": (\S+)%, and measured (\S+)%", said("03_shares"))
    assert lines and all(float(a) == pytest.approx(float(b), abs=0.02) for a, b in lines)


def test_normalised_errors_are_those_of_the_records():
    lines = re.findall(r"α = (\S+), seed 0: MSE (\S+), (\S+)% of", said("03_normalised"))
    known = {
        f"{row['alpha']:g}": (record.results["tasks"]["mse"]["test"], row["pixel_variance"])
        for row, record in of_slf(sweeps.source_dissimilarity)
        if row["frozen"] == 4 and row["seed"] == 0
    }
    assert {alpha for alpha, _, _ in lines} == set(known)
    for alpha, mse, share in lines:
        draws, variance = known[alpha]
        assert float(mse) == pytest.approx(mean(draws), abs=6e-5)
        assert float(share) == pytest.approx(100 * mean(draws) / variance, abs=0.06)


def test_f_2_and_3_tie_at_the_rate_and_change_places_there():
    tie = answer("04_tie")["tie"]
    assert tie == pytest.approx(160_000 * 30 / 2.44)  # 20 kB against 2.44 TFLOP at 30 TFLOP/s
    times = totals(Link(uplink=tie))
    assert times[2] == pytest.approx(times[3])
    slow, fast = totals(Link(uplink=tie / 2)), totals(Link(uplink=2 * tie))
    assert slow[3] < slow[2] and fast[2] < fast[3]


def test_no_uplink_makes_another_f_faster_than_4():
    assert said("04_never").endswith("So at no uplink rate is another f faster.")
    for power in range(3, 13):
        for task in table1()[0].tflop:
            times = totals(Link(uplink=10.0**power), task)
            assert min(times) == times[4]


def test_at_that_power_the_link_takes_half():
    power = answer("04_half")["power"]
    assert power == pytest.approx(79.02e12 / 0.912)  # 2 x 114 kB at 2 Mbit/s
    assert totals(Link(power=power))[0] == pytest.approx(2 * 0.912)


def test_uploads_are_the_messages_but_for_their_headers():
    lines = re.findall(r"f = (\d): (\S+) kB frozen from the last", said("05_upload"))
    packed = {str(row["frozen"]): row["bytes_up"] for row, _ in of_slf(recovery_time.recovery)}
    assert [f for f, _ in lines] == ["1", "2", "3"]
    assert all(0 < packed[f] / 1000 - float(size) < 1 for f, size in lines if f in packed)


def test_starts_without_a_record_are_not_compared():
    rows = found(reinitialisation.reinitialisation).rows
    text = said("05_epochs")
    assert text.count("epochs, MSE") == len(rows)
    both = {row["reinitialise"] for row in rows} == {True, False}
    assert ("nothing can be compared" in text) != both


def test_which_rate_stops_sooner():
    rows = found(fine_tuning_rate.fine_tuning_rate).rows
    *lines, last = said("06_sooner").splitlines()
    assert last.startswith("On average training stops soonest at a rate of 0.00")
    assert len(lines) == sum(row["frozen"] > 0 for row in rows)
    row = next(row for row in rows if row["frozen"] == 4)
    start = f"rate {row['learning_rate']:g}, f = 4, seed {row['seed']}: "
    (line,) = [line for line in lines if line.startswith(start)]
    assert line == f"{start}{row['epochs_mse']} epochs"


def test_which_runs_are_as_good_as_full_fine_tuning():
    rows = found(fine_tuning_rate.fine_tuning_rate).rows
    best = {row["seed"]: row["mse"] for row in rows if not row["frozen"]}
    near = [row for row in rows if row["frozen"] and row["mse"] / best[row["seed"]] - 1 < 0.1]
    text = said("06_as_good")
    assert text.count("f = ") - 1 == len(near)
    assert ("none" in text) == (not near)


def test_codewords_of_the_first_and_the_last_epoch():
    rows = found(codebook_start.codebook_start).rows
    *lines, last = said("07_recovers").splitlines()
    grown = [row["history"][-1]["perplexity"] / row["history"][0]["perplexity"] for row in rows]
    assert last.startswith(f"{sum(share > 1.5 for share in grown)} runs end")
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        first, last = (row["history"][k]["perplexity"] for k in (0, -1))
        assert f": {first:.1f} after epoch 1, {last:.1f} after {len(row['history'])}" in line


def test_bits_are_the_entropy_of_all_places_of_the_grid():
    rows = found(codebook_start.codebook_start).rows
    bits = [int(n) for n in re.findall(r": (\d+) bits instead of 1280", said("07_bits"))]
    assert bits == [pytest.approx(256 * math.log2(row["perplexity"]), abs=0.5) for row in rows]


def test_the_codebooks_of_so_many_partners_outweigh_a_download():
    values = answer("08_codebooks")
    count = int(re.search(r"after (\d+) partners$", said("08_codebooks")).group(1))
    assert (count - 1) * values["codebook"] <= values["whole"] < count * values["codebook"]


def test_an_old_link_is_whole_within_a_point_of_accuracy():
    counted = dict.fromkeys(range(5), 0)
    for row, record in of_slf(sweeps.channel_dissimilarity):
        link = record.results["old_link"]
        lost = mean(link["before"], "accuracy") - mean(link["after"], "accuracy")
        counted[row["frozen"]] += lost < 0.01
    runs = len(of_slf(sweeps.channel_dissimilarity)) // 5
    lines = [f"f = {f}: {whole} of {runs}" for f, whole in counted.items()]
    *shown, last = said("08_whole").splitlines()
    assert shown == lines and last.startswith("In every run at f = ")


def test_a_download_weighs_as_much_as_697_pilots():
    """113,644 bytes less a codebook of 2,048, in pilots of 160."""
    count = (113_644 - 2_048) / 160
    assert said("09_weight") == f"A pilot is 160 bytes: about {count:.0f} of them."


def test_positions_alone_are_compared_with_neighbourhoods_at_the_most_pilots():
    tested = defaultdict(list)
    for row in found(pilots.pilots, counts=[1_000], frozen=[4]).rows:
        if row.get("crossover") == 0.3 and "own" in row:
            for one in row["aligners"]:
                if one["payload"] == "indices":
                    tested[one["method"]].append(one)
    mse = {method: mean(runs) for method, runs in tested.items()}
    best = min(mse.keys() - {"ridge 3", "ridge 5"}, key=mse.get)
    said_last = f"{best} has {mse[best] / mse['ridge 3']:.2f} times the MSE."
    assert said("09_neighbours").endswith(said_last)


def test_fading_asks_for_the_decibels_of_the_table():
    """18.88 - 10.00, 15.68 - 9.16, 10.04 - 7.10 and 6.65 - 5.31 dB, each less its rounding."""
    *lines, last = said("10_fading").splitlines()
    more = [float(line.split(": ")[1].split()[0]) for line in lines]
    assert last.startswith("Most at eps = 0.05")
    assert more == pytest.approx([8.88, 6.52, 2.94, 1.34], abs=0.06)


def test_grids_that_measure_eps_follow_from_the_square_root():
    """1.96 sqrt(0.3 x 0.7 / m) = 0.01 needs 8,067 symbols, 32 grids; the exact one is wider."""
    assert 32 <= int(said("10_grids").split()[0]) <= 34


def test_a_slow_uplink_rules_out_f_0():
    """Its 113,644 bytes alone take 3 s below 303 kbit/s; before that too few epochs are left."""
    *lines, last = said("11_uplink").splitlines()
    chosen = dict(line.split(" bit/s: ") for line in lines)
    assert chosen["2e+06"].startswith("f = 0") and not chosen["3e+05"].startswith("f = 0")
    assert last.startswith("Down to 4e+05 bit/s")


def test_trials_take_the_computing_of_all_first_epochs():
    rows = found(recovery_time.recovery, seeds=[0]).rows
    total = sum(row["training_images"] * row["flops_per_image"] for row in rows) / 30e12
    assert said("11_trials").startswith(f"Trials of 5 f: {total:.2f} s")


def test_a_hub_pays_off_where_its_bytes_meet_those_of_all_pairs():
    """(N - 1) (113,644 + 18,048) < N (N - 1) 18,048 from N = 8 on: 131,692 / 18,048 is 7.3."""
    assert said("13_hub").startswith("From 8 users on")


def test_the_best_hub_is_the_one_that_others_reach_best_by_pairwise_maps():
    """A hub's links are those to it, each heard by all, and its own."""
    rows = [row for row in found(city.city).rows if "links" in row]
    names = [row["sender"] for row in rows]

    def worth(hub):
        to_hub = [
            one["mse"] / row["pixel_variance"]
            for row in rows
            for one in row["links"]
            if one["scheme"] == "pairwise" and names[one["receiver"]] == hub
        ]
        own = next(row["mse"] / row["pixel_variance"] for row in rows if row["sender"] == hub)
        return fmean([*to_hub, own])

    best = min(names, key=worth)
    assert said("13_best_hub") == f"{best}: {worth(best):.3f} times the variance on average."


def test_rounds_of_codebooks_that_weigh_as_much_as_the_download():
    """2,048 bytes of codewords and a header each way; both the answer and one round more."""
    left = answer("12_rounds")
    assert left["codebook"] > 2048
    sent = 2 * left["codebook"]
    assert left["rounds"] * sent <= left["download_bytes"](32, 16) < (left["rounds"] + 1) * sent


def test_four_words_are_two_bits():
    eps = answer("12_four_words")["low"]
    bits = 5 + eps * math.log2(eps) + (1 - eps) * math.log2(1 - eps) - eps * math.log2(31)
    assert bits == pytest.approx(2, abs=1e-4)
    assert said("12_four_words").startswith(f"At ε = {eps:.3f} an index")
