"""The benchmarks measure what they say, and report it in the form that the book reads.

Sizes are tiny and no time is judged.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
import torch
import toys  # keeps torch to one thread
from click.testing import CliRunner
from packaging.requirements import Requirement
from torch.utils.data import DataLoader

from benchmarks import (
    bounds,
    breakdown,
    floor,
    footprint,
    ours,
    processes,
    quantiser,
    report,
    tried,
    usual,
)
from benchmarks.__main__ import main
from benchmarks.scene import Scene
from benchmarks.sections import ALWAYS, SECTIONS
from benchmarks.timing import NotMeasured, Row, alternate, measuring
from slfkit.channel import SymmetricDMC
from slfkit.data import torchvision_sets
from slfkit.data.places import data_root
from slfkit.errors import DataError
from slfkit.images import normalise
from slfkit.objective import vq_loss
from slfkit.publish import costs

ROOT = Path(__file__).parents[1]
TINY = Scene(images=32, rounds=2, batch=16, source="glyphs")
ABSENT = replace(TINY, device="cuda")
needs_no_card = pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is here")


def row(key, *values, **fields):
    return Row(key, key, values=list(values), **fields)


def tables(key, *values, **fields):
    """Return a report's tables: ``training`` or ``quantiser``, with one row."""
    section = report.section([row(key, *values, **fields)], 0.1)
    return {"quantiser" if key.startswith("quantiser") else "training": section}


def run(*arguments):
    sizes = ("--images", "32", "--rounds", "1", "--batch", "16", "--source", "glyphs")
    result = CliRunner().invoke(main, [*arguments, *sizes], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.fixture
def network():
    return ours.pretrained(TINY)


def test_contestants_take_turns_after_one_untimed_turn_each_and_one_that_cannot_says_why():
    took = []

    def refuse():
        raise NotMeasured("no such library")

    make = {name: lambda name=name: lambda: took.append(name) for name in "AB"} | {"C": refuse}
    rows = [Row(name, name, 10, made) for name, made in make.items()]
    *measured, absent = alternate(rows, replace(TINY, rounds=3))
    assert "".join(took) == "AB" + "AB" * 3
    assert all(len(row.values) == 3 and min(row.values) > 0 for row in measured)
    assert absent.missing == "no such library" and not absent.values
    assert not any(row.missing for row in measured)


@needs_no_card
def test_without_a_card_no_row_holds_a_figure_and_every_key_is_unique():
    rows = [row for measure in SECTIONS.values() for row in measure(ABSENT)]
    timed = [row for row in rows if row.unit != "MFLOP/image"]
    assert all(row.missing == "no CUDA device here" and not row.values for row in timed)
    assert len({row.key for row in rows}) == len(rows) == len(timed) + 5
    assert {row.key.partition("-")[0] for row in timed} >= {"floor", "usual", "memory", "cost"}


def test_the_floor_holds_the_six_convolutions_in_either_form_and_computes_every_gradient():
    images = torch.randn(2, 3, 32, 32, generator=toys.seeded())
    direct, sub_pixel = (floor.layers(TINY, "channels-last", form) for form in (False, True))
    assert len(direct) == len(sub_pixel) == 6
    assert (direct[-1].direct, sub_pixel[-1].direct) == (True, False)
    assert torch.allclose(direct(images), sub_pixel(images), atol=1e-5)
    stack = floor.layers(TINY, "channels-first")
    floor.step(stack, images, torch.ones_like(images))
    assert all(p.grad.abs().sum() > 0 for p in stack.parameters())


def test_our_epoch_is_the_one_slfkit_would_make():
    network = ours.pretrained(TINY, 4)
    arguments = ours.epoch_arguments(network, TINY, fresh=False)
    trained = arguments["optimiser"].param_groups[0]["params"]
    assert {id(p) for p in trained} == {id(p) for p in network.encoder.parameters()}
    assert arguments["batch"] == TINY.batch and arguments["images"] is TINY.pictures


def test_operations_fall_with_f_to_those_of_the_design():
    counts = [row.values[0] for row in ours.operations(TINY)]
    assert len(counts) == 5 and counts == sorted(counts, reverse=True)
    assert counts[0] == pytest.approx(65.5, abs=0.05)


def test_the_usual_loop_sees_the_images_that_slfkit_sees():
    seen = torch.cat([x for x, _ in DataLoader(usual.GreyImages(TINY.pictures), batch_size=8)])
    assert torch.allclose(seen, normalise(TINY.pictures.pixels), atol=1e-6)


def test_torchvisions_own_mnist_gives_the_images_that_both_see():
    try:
        pictures = Scene(images=8).pictures
    except DataError:
        pytest.skip("MNIST is not here")
    mnist = torchvision_sets._open(torchvision_sets._dataset_class("mnist"), data_root(), "train")
    mnist.transform = usual.transform()
    grey = usual.GreyImages(pictures)
    for number, pixels in enumerate(normalise(pictures.pixels)):
        (image, label), (seen, same_label) = mnist[number], grey[number]
        assert torch.equal(image.expand(3, -1, -1), seen) and label == same_label
        assert torch.allclose(seen, pixels, atol=1e-6)


def test_the_plain_model_computes_what_the_transceiver_does_and_swaps_as_many_indices(network):
    plain = usual.PlainVQVAE(TINY.codewords, TINY.dimension, 0.0)
    plain.load_state_dict(dict(zip(plain.state_dict(), network.state_dict().values(), strict=True)))
    x = normalise(TINY.pictures.pixels[:4])
    out = network(x, SymmetricDMC(0.0, TINY.codewords), toys.seeded())
    terms = vq_loss(x, out, network.codebook)
    seen, loss = plain(x)
    assert torch.allclose(seen, out.image, atol=1e-5)
    expected = terms.codebook + usual.BETA * terms.commitment
    assert loss.item() == pytest.approx(expected.item(), 1e-4)
    plain, sent = usual.PlainVQVAE(32, 4, 0.3), torch.zeros(20_000, dtype=torch.long)
    share = float((plain.send(sent) != sent).float().mean())
    assert share == pytest.approx(0.3, abs=5 * (0.3 * 0.7 / 20_000) ** 0.5)  # 5 standard errors


def test_the_usual_loop_learns():
    turn = usual.make(TINY, workers=0)
    losses = [turn() for _ in range(5)]
    assert losses[-1] < losses[0]


def test_both_quantisers_send_the_same_gradient_to_the_encoder():
    pytest.importorskip("vector_quantize_pytorch")
    layer, draw = quantiser.peer_layer(TINY, **quantiser.LEARNED), toys.seeded()
    book = toys.codebook(torch.randn(TINY.codewords, TINY.dimension, generator=draw))
    layer.codebook.data.copy_(book.weight)
    target = torch.randn(8, TINY.dimension, generator=draw)
    latent = torch.randn(8, TINY.dimension, generator=draw).requires_grad_()
    peer_latent = latent.detach()[None].clone().requires_grad_()
    quantiser.our_step(book, latent, target).backward()
    quantiser.peer_step(layer, peer_latent, target[None]).backward()
    assert torch.allclose(latent.grad, peer_latent.grad[0], atol=1e-6)


@pytest.mark.parametrize("key", tried.VARIANTS)
def test_a_variant_trains(key, network):
    as_it_is = ours.epoch(ours.pretrained(TINY), TINY)()
    loss = ours.epoch(network, TINY, change=tried.VARIANTS[key][1])()
    assert 0 < loss < 10
    if key in ("conv-transpose", "channels-first"):  # the same computation in another form
        assert loss == pytest.approx(as_it_is, rel=1e-3)


@pytest.mark.parametrize(("compiler", "rows"), [("c++", 6), (None, 4)])
def test_faster_ways_are_measured_where_there_is_a_compiler(compiler, rows, monkeypatch):
    monkeypatch.setattr(ours, "compiler", lambda: compiler)
    keys = [row.key for row in ours.contestants(TINY)]
    assert len(keys) == rows and ("bfloat16" in keys) == bool(compiler)


def test_evaluation_does_not_depend_on_the_batch_without_noise():
    quiet = replace(TINY, crossover=0.0)
    small, large = (tried.evaluation(quiet, batch)() for batch in (8, 32))
    assert small["mse"] == pytest.approx(large["mse"], rel=1e-5)


def test_an_operator_belongs_to_one_group():
    groups = {
        "aten::convolution_backward": "convolutions",
        "aten::threshold_backward": "relu",
        "aten::addmm": "quantiser",
        "aten::min": "quantiser",
        "aten::randint": "channel",
        "aten::randperm": "indexing",
        "aten::_fused_adam_": "optimiser",
        "aten::mse_loss": "loss",
        "aten::minimum": "other",
        "aten::sum": "other",
    }
    assert {operator: breakdown.group(operator) for operator in groups} == groups


def test_shares_of_a_profile_sum_to_a_hundred_and_those_of_an_epoch_hold_its_convolutions():
    shares = breakdown.shares({"aten::convolution": 30.0, "aten::relu": 10.0, "aten::sum": 10.0})
    assert (shares["convolutions"], shares["relu"], shares["other"]) == (60.0, 20.0, 20.0)
    assert sum(shares.values()) == 100 and shares["loss"] == 0
    shares = {row.key: row.values[0] for row in breakdown.rows(TINY)}
    assert sum(shares.values()) == pytest.approx(100)
    assert shares["profile-convolutions"] > 0 and shares["profile-optimiser"] > 0


def test_processes_fill_the_cores_and_each_is_timed_after_all_are_ready(network, monkeypatch):
    assert processes.splits(16) == [(1, 16), (2, 8), (4, 4), (8, 2), (16, 1)]
    assert processes.splits(6) == [(1, 6), (2, 3), (4, 1)]
    assert processes.splits(1) == [(1, 1)]
    happened = []
    monkeypatch.setattr(ours, "epoch", lambda *_, **__: lambda: happened.append("an epoch"))
    processes._share(Mock(wait=lambda: happened.append("waits")))
    assert processes.epoch_seconds(TINY, threads=1) > 0
    assert happened == ["an epoch", "waits", "an epoch"]


@pytest.mark.long
def test_two_processes_make_an_epoch_together():
    assert processes.together(TINY, processes=2, threads=1) > 0


def test_peak_memory_after_a_short_run():
    spec = footprint.mixture("glyphs", "scenes", train=40, test=8, held_out=8)
    footprint.short_run(spec, "cpu", steps=1)
    (peak,) = footprint.peaks("cpu")
    assert 50 < peak < 100_000


@pytest.mark.slow
def test_the_memory_of_a_parent_is_not_that_of_its_child():
    ballast = bytearray(700 * footprint.MIB)
    code = "from benchmarks import footprint; print(*footprint.peaks('cpu'))"
    assert float(footprint.child("-c", code)) < len(ballast) / footprint.MIB


def test_a_child_gives_its_figure_or_its_last_line_as_the_reason():
    assert 0 < float(footprint.child("-c", footprint.IMPORT)) < 60
    failed = row("any")
    with measuring(failed):
        failed.values.append(float(footprint.child("-c", "raise SystemExit('no disk')")))
    assert failed.missing == "no disk" and not failed.values


def test_bounds_are_judged_from_medians():
    medians = {"floor-a": 100, "floor-b": 50, "compiled": 93.0, "memory-host": 3072}
    medians |= {"usual-0-workers": 40, "usual-2-workers": 70}
    judged = {bound["name"]: bound for bound in bounds.judge(medians, on_card=False)}
    over_floor = judged["compiled pre-training over the floor"]
    assert over_floor["value"] == pytest.approx(0.93) and over_floor["holds"] is True
    over_usual = judged["compiled pre-training over the usual loop"]
    assert over_usual["value"] == pytest.approx(93 / 70) and over_usual["holds"] is False
    assert judged["peak resident memory"]["holds"] is False
    assert judged["import slfkit"]["value"] is None and judged["import slfkit"]["holds"] is None
    # an epoch on a card is counted in seconds
    first, *_ = bounds.judge({"pre-training": 120_000.0}, on_card=True)
    assert first["value"] == pytest.approx(0.5) and first["holds"] is True


def test_a_terminal_shows_figures_limits_and_reasons():
    shown = report.table("training", tables("a", 2.0, 1.0, 4.0)["training"])
    assert re.search(r"^a +2 +1 +4 +images/s$", shown, re.MULTILINE)
    assert "not measured: no disk" in report.table("t", tables("b", missing="no disk")["training"])
    judged = bounds.judge({"floor-": 2.0, "compiled": 1.0, "start-import": 0.1}, on_card=False)
    shown = report.bounds_table(judged)
    for words in (r"over the floor +0.5 .*>= 0.88 +DOES NOT HOLD", r"import .*s +<= 0.15 +holds"):
        assert re.search(words, shown)
    assert re.search(r"memory .*<= 2.5 +not measured", shown)


def test_a_report_round_trips_and_keeps_tables_of_its_size_not_measured_now(tmp_path):
    target = report.save(TINY, tables("pre-training", 1.0, 3.0, 2.0), tmp_path)
    assert target.name == "cpu.json"
    apart = report.save(TINY, tables("pre-training", 1.0), tmp_path, "epyc")
    assert apart.name == "cpu-epyc.json"
    report.save(TINY, tables("quantiser-slfkit", 5.0), tmp_path)
    kept = json.loads(target.read_text())
    assert list(kept["sections"]) == ["training", "quantiser"]
    (only,) = kept["sections"]["training"]["rows"]
    assert (only["median"], only["min"], only["max"]) == (2.0, 1.0, 3.0)
    assert only["values"] == [1.0, 3.0, 2.0]
    assert kept["size"]["batch"] == TINY.batch and kept["machine"]["torch"] == torch.__version__
    assert not re.search(r"/\w+/", json.dumps(kept["machine"]))  # no path
    # a report of another size replaces the earlier one
    kept = report.save(replace(TINY, images=64), tables("quantiser-slfkit", 5.0), tmp_path)
    assert list(json.loads(kept.read_text())["sections"]) == ["quantiser"]


def test_the_page_reads_a_report(tmp_path):
    sections = tables("fine-tuning-f0", 600.0) | {"tried": report.section([row("a")], None)}
    kept = costs.report(report.save(TINY, sections, tmp_path).stem, tmp_path)
    assert costs.epochs(kept) == {"frozen": [(0, 100.0)]}
    assert [row["unit"] for row in costs.bench_table(kept, ALWAYS)] == ["images/s"]
    assert [row["unit"] for row in costs.bench_table(kept, costs.TRIED)] == ["not measured"]
    assert f"torch {torch.__version__}; turns of 32 images" in costs.machine(kept)
    assert {row["verdict"] for row in costs.bounds_table(kept)} == {"not measured"}


@needs_no_card
def test_of_an_absent_card_nothing_is_kept(tmp_path):
    output = run("--device", "cuda", "--only", "training", "--save")
    assert "not measured: no CUDA device here" in output
    assert "nothing is kept without the device" in output
    missing = tables("pre-training", missing="none")
    judged = report.verdicts(missing, ABSENT)
    assert [bound["value"] for bound in judged if bound["limit"]] == [None] * 7
    assert report.save(ABSENT, missing, tmp_path) is None and not list(tmp_path.iterdir())


def test_the_command_prints_the_contestants_side_by_side(monkeypatch):
    monkeypatch.setattr(ours, "compiler", lambda: None)  # compiling takes long
    output = run("--device", "cpu", "--only", "training")
    for name in ("floor: ", "slfkit: pre-training", "f = 4", "the usual loop, 2 workers"):
        assert name in output
    assert "pre-training over the floor" in output


def test_the_benchmarks_own_requirements_leave_the_lock_alone():
    lines = (ROOT / "benchmarks" / "requirements.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins)
    locked = {re.split("==", line)[0].lower() for line in open(ROOT / "requirements.lock")}
    assert not {pin.name.lower() for pin in pins} & locked
