"""The data of the tool on the page Recovery time: ways, sliders, presets and their names."""

import json

import pytest
from slfbook import recovery_data, recovery_page
from slfbook.recovery_data import STATE, decades, slider, sliders, ways_data

from slfkit.experiments import ways
from slfkit.experiments.candidates import Candidate
from slfkit.experiments.choosing import Need
from slfkit.experiments.pilot_figures import LINES
from slfkit.experiments.untrained import ENCODER, map_name
from slfkit.experiments.ways import BEST
from slfkit.publish.findings import HURRY
from slfkit.reporting import style


def candidate(name="f = 2", seed=0, epoch=1, old=0.9):
    return Candidate(name, "here", seed, 40, 20, 10.0 * epoch, 0.3, 0.2, 0.8, old, epoch, 0.7)


def reported(name="ridge 5", pilots=10, payload=BEST[1], seed=0, **other):
    about = {"way": name, "pilots": pilots, "payload": payload, "seed": seed}
    return {**about, "price": (5, 0, 6.0), "mse": 0.02, "accuracy": 0.97, "old": 0.9, **other}


def test_a_way_has_a_run_per_seed_and_a_state_per_epoch():
    states = [candidate(), candidate(epoch=2), candidate(seed=1)]
    (way,) = ways_data(states, [])
    assert [(run["seed"], run["down"], run["up"], run["old"]) for run in way["runs"]] == [
        (0, 40, 20, 0.9),
        (1, 40, 20, 0.9),
    ]
    assert way["runs"][0]["states"] == [
        [1, 10.0, 0.3, 0.7, 0.2, 0.8],
        [2, 20.0, 0.3, 0.7, 0.2, 0.8],
    ]
    assert STATE[:3] == ("epoch", "flops", "held_out")


def test_variants_are_hollow_and_in_the_colour_of_their_f():
    plain, variant = ways_data([candidate(), candidate("f = 2, k-means first")], [])
    assert (plain["family"], variant["family"]) == ("slf", "variants")
    look = {"color": style.FREEZE_COLOURS[2], "marker": style.FREEZE_MARKERS[2]}
    assert plain["look"] == {**look, "hollow": False}
    assert variant["look"] == {**look, "hollow": True}


def test_ways_without_training_look_as_in_the_figure_of_pilots():
    found = ways_data([candidate(ENCODER, epoch=0), candidate(map_name(10), epoch=0)], [])
    assert [way["family"] for way in found] == ["untrained"] * 2
    assert [way["look"]["marker"] for way in found] == ["*", LINES[BEST]["marker"]]


def test_what_only_test_images_have_seen_has_nothing_that_could_choose_it():
    (way,) = ways_data([], [reported(), reported(seed=1)])
    assert (way["name"], way["family"]) == ("ridge 5, 10 pilots", "others")
    assert [run["states"] for run in way["runs"]] == [[[0, 6.0, None, None, 0.02, 0.97]]] * 2


def test_each_way_stands_there_once_and_maps_from_indices_alone():
    rows = [
        reported(payload="float32"),
        reported(BEST[0]),
        reported(BEST[0], 100),
        reported("codebooks alone", 0, ""),
        reported(ways.ENCODER, None, "encoder and codebook"),
        reported(ways.START, 10, "codebook, decoder, 10 pilots", old=None),
        reported("SLF, f = 0", None, "codebook and decoder", frozen=0),
    ]
    found = {way["name"]: way for way in ways_data([candidate(map_name(10), epoch=0)], rows)}
    assert {name: way["family"] for name, way in found.items()} == {
        map_name(10): "untrained",
        map_name(100): "others",
        "codebooks alone": "others",
        ENCODER: "others",
        f"{ways.START}, 10 pilots": "others",
    }
    assert found[f"{ways.START}, 10 pilots"]["runs"][0]["old"] is None


def test_the_legend_names_each_look_once():
    candidates = [candidate(name) for name in ("f = 2", "f = 2, k-means first", ENCODER)]
    rows = [reported(BEST[0], n) for n in (10, 100)] + [reported(), reported("Parseval")]
    names = [entry["name"] for entry in recovery_data.legend(ways_data(candidates, rows))]
    assert names == ["f = 2", "variant of SLF", "David's encoder", "a ridge map", "other map"]


def test_a_slider_ascends_and_starts_at_the_value_asked_for():
    found = slider([30.0, 10.0, 10.0], 20.0, "{:g}".format)
    assert found == {"values": [10, 20, 30], "labels": ["10", "20", "30"], "start": 1}
    assert slider([0.0, 2.0, 1.0], 2.0, str, last=0.0)["values"] == [1, 2, 0]


def test_decades_have_six_steps_each():
    assert decades(4, 5) == [10_000, 15_000, 20_000, 30_000, 50_000, 70_000, 100_000]
    assert decades(-2, -1)[:2] == [0.01, 0.015]


def test_the_sliders_begin_where_the_first_page_is_in_a_hurry():
    found = sliders(recovery_page.presets())
    for name, one in found.items():
        assert one["values"][one["start"]] == getattr(HURRY, name)
    assert found["deadline"]["labels"][:2] == ["10 ms", "15 ms"]
    assert found["power"]["labels"][-1] == "1 PFLOP/s"
    assert found["deadline"]["labels"][-1] == "none" and found["deadline"]["values"][-1] == 0
    assert found["old_link"]["labels"][:2] == ["no limit", "≥ 10 %"]


def test_every_preset_can_be_set_and_says_where_it_is_from():
    offered = recovery_page.presets()
    found = sliders(offered)
    assert {"NB-IoT", "LTE", "Wi-Fi"} <= {one["name"] for one in offered["link"]}
    assert {"phone", "laptop", "H100"} <= {one["name"] for one in offered["computer"]}
    for one in [*offered["link"], *offered["computer"]]:
        rates = {name: value for name, value in one.items() if name not in ("name", "source")}
        assert one["source"] and all(v in found[name]["values"] for name, v in rates.items())
    paper = {**offered["link"][0], **offered["computer"][0]}
    assert [paper[name] for name in ("downlink", "uplink", "power")] == [
        getattr(Need(), name) for name in ("downlink", "uplink", "power")
    ]


def test_the_pages_data_fit_into_json():
    made = ways_data([candidate()], [reported()])
    data = recovery_data.page_data(made, recovery_page.presets(), {"ways": {}})
    assert json.loads(json.dumps(data, allow_nan=False))["ways"] == made
    assert data["student"][1] == pytest.approx(4.302653, rel=1e-6)  # t of three seeds
