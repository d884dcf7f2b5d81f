"""The benchmarks measure what they say, and report it in the form that the book reads.

Sizes are tiny and no time is judged.
"""

import dataclasses
import json
import re
from pathlib import Path
from types import SimpleNamespace

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
    machine,
    ours,
    processes,
    quantiser,
    report,
    sections,
    tried,
    usual,
)
from benchmarks.__main__ import main
from benchmarks.scene import Scene
from benchmarks.timing import Contestant, NotMeasured, Row, alternate
from slfkit import errors
from slfkit.channel import SymmetricDMC
from slfkit.images import normalise
from slfkit.training import vq_loss

ROOT = Path(__file__).parents[1]
TINY = Scene(images=32, rounds=2, batch=16, source="glyphs")
ABSENT = Scene(device="cuda", images=32, rounds=2, batch=16, source="glyphs")
needs_no_card = pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is here")


def row(key, *values, unit="images/s", **known):
    return Row(key, key, unit, list(values), **known)


def test_contestants_take_turns_after_one_untimed_turn_each():
    took = []
    make = {name: lambda name=name: lambda: took.append(name) for name in "AB"}
    rows = alternate([Contestant(name, name, 10, make[name]) for name in "AB"], 3, "cpu")
    assert "".join(took) == "AB" + "AB" * 3
    assert [len(one.values) for one in rows] == [3, 3]
    assert all(value > 0 for one in rows for value in one.values)


def test_a_contestant_that_cannot_run_says_why_and_the_others_go_on():
    def refuse():
        raise NotMeasured("no such library")

    pair = [Contestant("a", "a", 1, refuse), Contestant("b", "b", 1, lambda: lambda: None)]
    absent, present = alternate(pair, 2, "cpu")
    assert absent.missing == "no such library" and not absent.values
    assert not present.missing and len(present.values) == 2


@needs_no_card
@pytest.mark.parametrize("name", ["training", "quantiser", "tried", "evaluation", "cost"])
def test_without_a_card_no_row_holds_a_figure(name):
    rows = sections.SECTIONS[name].measure(ABSENT)
    assert rows and all(one.missing == "no CUDA device here" and not one.values for one in rows)


def test_the_floor_holds_the_six_convolutions_in_either_form():
    direct = floor.layers(TINY, "channels-last")
    sub_pixel = floor.layers(TINY, "channels-last", sub_pixel=True)
    assert len(direct) == len(sub_pixel) == 6
    assert (direct[-1].direct, sub_pixel[-1].direct) == (True, False)
    x = torch.randn(2, 3, 32, 32, generator=toys.seeded())
    assert torch.allclose(direct(x), sub_pixel(x), atol=1e-5)
    assert len(floor.layers(TINY, "channels-last", relu=True)) == 10


def test_a_turn_of_the_floor_computes_every_gradient():
    stack = floor.layers(TINY, "channels-first")
    x = torch.randn(2, 3, 32, 32, generator=toys.seeded())
    floor.step(stack, x, torch.ones_like(x))
    assert all(p.grad.abs().sum() > 0 for p in stack.parameters())


def test_our_epoch_is_the_one_slfkit_would_make():
    network = ours.pretrained(TINY, 4)
    arguments = ours.epoch_arguments(network, TINY.pictures, TINY, fresh=False)
    trained = arguments["optimiser"].param_groups[0]["params"]
    assert {id(p) for p in trained} == {id(p) for p in network.encoder.parameters()}
    assert arguments["batch"] == TINY.batch and arguments["images"] is TINY.pictures


@pytest.mark.parametrize("frozen", ours.FROZEN)
def test_fine_tuning_trains_what_is_not_frozen(frozen):
    network = ours.pretrained(TINY, frozen)
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    ours.epoch(network, TINY)()
    for name, parameter in network.named_parameters():
        assert torch.equal(before[name], parameter) != parameter.requires_grad


def test_operations_fall_with_f_to_those_of_the_design():
    counts = [ours.flops(TINY, frozen) for frozen in range(5)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] / 1e6 == pytest.approx(65.5, abs=0.05)


def test_the_usual_loop_sees_the_images_that_slfkit_sees():
    seen = torch.cat([x for x, _ in DataLoader(usual.dataset(TINY), batch_size=8)])
    assert torch.allclose(seen, normalise(TINY.pictures.pixels), atol=1e-6)


def test_torchvisions_own_mnist_gives_the_images_that_slfkit_sees():
    scene = Scene(images=8)
    try:
        ours_images = scene.pictures
    except errors.DataError:
        pytest.skip("MNIST is not here")
    seen = torch.stack([x for x, _ in usual.dataset(scene)])
    assert torch.allclose(seen, normalise(ours_images.pixels), atol=1e-6)


def test_the_plain_model_computes_what_the_transceiver_computes():
    network = ours.pretrained(TINY)
    plain = usual.PlainVQVAE(TINY.codewords, TINY.dimension, 0.0)
    plain.load_state_dict(dict(zip(plain.state_dict(), network.state_dict().values(), strict=True)))
    x = normalise(TINY.pictures.pixels[:4])
    out = network(x, SymmetricDMC(0.0, TINY.codewords), toys.seeded())
    terms = vq_loss(x, out, network.codebook)
    seen, loss = plain(x)
    assert torch.allclose(seen, out.image, atol=1e-5)
    expected = terms.codebook + usual.BETA * terms.commitment
    assert loss.item() == pytest.approx(expected.item(), 1e-4)


def test_the_plain_model_swaps_as_many_indices_as_it_should():
    plain, sent = usual.PlainVQVAE(32, 4, 0.3), torch.zeros(20_000, dtype=torch.long)
    share = float((plain.send(sent) != sent).float().mean())
    assert share == pytest.approx(0.3, abs=5 * (0.3 * 0.7 / 20_000) ** 0.5)  # 5 standard errors


def test_the_usual_loop_learns():
    turn = usual.make(TINY, workers=0)
    losses = [turn() for _ in range(5)]
    assert losses[-1] < losses[0]


def test_both_quantisers_send_the_same_gradient_to_the_encoder():
    pytest.importorskip("vector_quantize_pytorch")
    book, layer = quantiser.our_layer(TINY), quantiser.peer_layer(TINY, **quantiser.LEARNED)
    layer.codebook.data.copy_(book.weight)
    draw = toys.seeded()
    target = torch.randn(8, TINY.dimension, generator=draw)
    ours_in = torch.randn(8, TINY.dimension, generator=draw).requires_grad_()
    theirs_in = ours_in.detach()[None].clone().requires_grad_()
    quantiser.our_step(book, ours_in, target).backward()
    quantiser.peer_step(layer, theirs_in, target[None]).backward()
    assert torch.allclose(ours_in.grad, theirs_in.grad[0], atol=1e-6)


@pytest.mark.parametrize("key", [key for key in tried.VARIANTS if key != "compile"])
def test_a_variant_trains(key):
    assert 0 < tried.VARIANTS[key][1](TINY)() < 10


def test_channels_first_and_the_textbook_form_change_no_result():
    as_it_is = ours.epoch(ours.pretrained(TINY), TINY)()
    assert tried.channels_first(TINY)() == pytest.approx(as_it_is, rel=1e-3)
    assert tried.direct(TINY)() == pytest.approx(as_it_is, rel=1e-3)


def test_evaluation_does_not_depend_on_the_batch_without_noise():
    quiet = Scene(images=32, batch=16, crossover=0.0, source="glyphs")
    small, large = (tried.evaluation(quiet, ours.pretrained(quiet), n)() for n in (8, 32))
    assert small["mse"] == pytest.approx(large["mse"], rel=1e-5)


def test_every_key_of_a_table_is_its_own():
    makers = (floor.contestants, ours.contestants, usual.contestants, quantiser.contestants)
    more = (tried.contestants, tried.evaluations, sections.cost.contestants)
    keys = [one.key for make in (*makers, *more) for one in make(TINY)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        ("aten::convolution_backward", "convolutions"),
        ("aten::threshold_backward", "relu"),
        ("aten::addmm", "quantiser"),
        ("aten::min", "quantiser"),
        ("aten::randint", "channel"),
        ("aten::randperm", "indexing"),
        ("aten::_fused_adam_", "optimiser"),
        ("aten::mse_loss", "loss"),
        ("aten::minimum", "other"),
        ("aten::sum", "other"),
    ],
)
def test_an_operator_belongs_to_one_group(operator, name):
    assert breakdown.group(operator) == name


def test_shares_of_a_profile_sum_to_a_hundred():
    found = breakdown.shares({"aten::convolution": 30.0, "aten::relu": 10.0, "aten::sum": 10.0})
    assert (found["convolutions"], found["relu"], found["other"]) == (60.0, 20.0, 20.0)
    assert sum(found.values()) == 100 and found["loss"] == 0


def test_a_profile_of_an_epoch_sees_its_convolutions():
    shares = {one.key: one.median for one in breakdown.rows(TINY)}
    assert sum(shares.values()) == pytest.approx(100)
    assert shares["profile-convolutions"] > 0 and shares["profile-optimiser"] > 0


def test_reports_of_several_machines_are_kept_apart(tmp_path):
    tables = {"training": report.section([row("pre-training", 1.0)], 0.1)}
    assert report.save(TINY, tables, tmp_path, "epyc").name == "cpu-epyc.json"


def test_processes_fill_the_cores():
    assert processes.splits(16) == [(1, 16), (2, 8), (4, 4), (8, 2), (16, 1)]
    assert processes.splits(6) == [(1, 6), (2, 3), (4, 1)]
    assert processes.splits(1) == [(1, 1)]


def test_one_of_the_processes_waits_for_the_others(monkeypatch, capsys):
    def go():
        assert capsys.readouterr().out == "ready\n"  # it must not start before
        return "go\n"

    monkeypatch.setattr(processes.sys, "stdin", SimpleNamespace(readline=go))
    processes.main(json.dumps(dataclasses.asdict(TINY)), "1")
    assert float(capsys.readouterr().out) > 0


def test_peak_memory_after_a_short_run():
    footprint.run("cpu", "glyphs", "scenes", train=40, test=8, held_out=8, steps=1)
    (peak,) = footprint.peaks("cpu")
    assert 50 < peak < 100_000


def test_a_child_that_fails_gives_its_last_line_as_the_reason():
    one = row("any")
    footprint._measure(one, lambda: float(footprint.child("-c", "raise SystemExit('no disk')")))
    assert one.missing == "no disk" and not one.values


def test_import_time_is_that_of_a_process_without_torch():
    assert 0 < float(footprint.child("-c", footprint.IMPORT)) < 60


def test_bounds_are_judged_from_medians():
    rows = [row("floor-a", 90, 100, 110), row("floor-b", 50), row("pre-training", 93.0)]
    rows += [row("usual-0-workers", 40), row("usual-2-workers", 70), row("memory-host", 3072)]
    found = {one["name"]: one for one in bounds.judge(rows, "cpu")}
    assert found["pre-training over the floor"]["value"] == pytest.approx(0.93)
    assert found["pre-training over the floor"]["holds"] is True
    assert found["pre-training over the usual loop"]["value"] == pytest.approx(93 / 70)
    assert found["pre-training over the usual loop"]["holds"] is False
    assert found["peak resident memory"]["holds"] is False
    assert found["import slfkit"]["value"] is None and found["import slfkit"]["holds"] is None


def test_an_epoch_on_a_card_is_counted_in_seconds():
    found = bounds.judge([row("pre-training", 120_000.0)], "cuda")
    assert found[0]["value"] == pytest.approx(0.5) and found[0]["holds"] is True


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345.6, "12,346"), (123.45, "123.5"), (1.2345, "1.234"), (0.0123456, "0.01235"), (0, "0")],
)
def test_figures_have_four_digits_that_count(value, text):
    assert report.figure(value) == text


def test_a_report_round_trips_and_keeps_tables_not_measured_now(tmp_path):
    first = {"training": report.section([row("pre-training", 1.0, 3.0, 2.0)], 0.1)}
    target = report.save(TINY, first, tmp_path)
    assert target.name == "cpu.json"
    second = {"quantiser": report.section([row("quantiser-slfkit", 5.0)], 0.1)}
    report.save(TINY, second, tmp_path)
    kept = json.loads(target.read_text())
    assert list(kept["sections"]) == ["training", "quantiser"]
    (only,) = kept["sections"]["training"]["rows"]
    assert (only["median"], only["min"], only["max"]) == (2.0, 1.0, 3.0)
    assert only["values"] == [1.0, 3.0, 2.0]
    assert kept["size"]["batch"] == TINY.batch and kept["machine"]["torch"] == torch.__version__


def test_a_report_of_another_size_replaces_the_earlier_one(tmp_path):
    tables = {"training": report.section([row("pre-training", 1.0)], 0.1)}
    report.save(TINY, tables, tmp_path)
    other = {"quantiser": report.section([row("quantiser-slfkit", 5.0)], 0.1)}
    kept = report.save(Scene(images=64, source="glyphs"), other, tmp_path)
    assert list(json.loads(kept.read_text())["sections"]) == ["quantiser"]


@needs_no_card
def test_an_absent_card_leaves_an_earlier_report_as_it_is(tmp_path):
    tables = {"training": report.section([row("pre-training", missing="none")], 0.1)}
    kept = report.save(ABSENT, tables, tmp_path)
    found = json.loads(kept.read_text())
    assert [one["value"] for one in found["bounds"] if one["limit"]] == [None] * 7
    kept.write_text("earlier")
    assert report.save(ABSENT, tables, tmp_path) is None and kept.read_text() == "earlier"


def test_a_machine_is_described_without_a_path():
    assert not re.search(r"/\w+/", json.dumps(machine.describe("cpu")))


def test_the_command_prints_the_contestants_side_by_side():
    arguments = "--device cpu --images 32 --rounds 1 --batch 16 --source glyphs --only training"
    done = CliRunner().invoke(main, arguments.split(), catch_exceptions=False)
    assert done.exit_code == 0
    for name in ("floor: ", "slfkit: pre-training", "f = 4", "the usual loop, 2 workers"):
        assert name in done.output
    assert "pre-training over the floor" in done.output


@needs_no_card
def test_the_command_says_not_measured_where_no_card_is():
    arguments = "--device cuda --images 32 --rounds 1 --source glyphs --only training --save"
    done = CliRunner().invoke(main, arguments.split(), catch_exceptions=False)
    assert "not measured: no CUDA device here" in done.output
    assert "what was kept stays" in done.output


def test_the_benchmarks_own_requirements_leave_the_lock_alone():
    lines = (ROOT / "benchmarks" / "requirements.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins)
    locked = {re.split("==", line)[0].lower() for line in open(ROOT / "requirements.lock")}
    assert not {pin.name.lower() for pin in pins} & locked
