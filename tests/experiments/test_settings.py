"""Settings and parameters: what each reaches, what is refused in words, and one live run."""

import shlex

import made_up
import own_images
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import registry, settings
from slfkit.experiments.choosing import Need
from slfkit.experiments.fine_tuning_rate import fine_tuning_rate
from slfkit.experiments.grid import SCALES
from slfkit.experiments.recovery_time import recovery
from slfkit.experiments.settings import SETTINGS
from slfkit.experiments.sweeps import channel_dissimilarity, source_dissimilarity
from slfkit.records.spec import AlignmentSpec, ClassifierSpec, TransceiverSpec
from slfkit.records.store import project_root
from slfkit.runs import cost

OTHER = {  # a value of each setting that no profile has
    "batch": 16,
    "beta": 0.5,
    "codewords": 64,
    "dimension": 8,
    "draws": 3,
    "epochs": 7,
    "full_learning_rate": 0.002,
    "held_out": 120,
    "learning_rate": 0.0005,
    "patience": 3,
    "pretraining_epochs": 9,
    "pretraining_learning_rate": 0.003,
    "t1_crossover": 0.15,
    "t2_crossover": 0.25,
    "t3_crossover": 0.35,
    "test": 99,
    "train": 6_000,
    "warm_up": 11,
}


def test_they_are_the_constants_of_training_and_the_page_names_each():
    assert list(SETTINGS) == list(OTHER)
    assert SETTINGS["epochs"].meaning == "fine-tuning: at most this many epochs"
    assert SETTINGS["pretraining_epochs"].meaning == "pre-training: at most this many epochs"
    assert SETTINGS["t3_crossover"].meaning == "crossover probability in training, T3"
    page = (project_root() / "book" / "rerun.md").read_text(encoding="utf-8")
    assert [name for name in SETTINGS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("profile", SCALES)
@pytest.mark.parametrize("notebook", registry.notebooks())
def test_none_keep_every_key(notebook, profile):
    """So do those that say what the profile says."""
    usual = registry.studies_of(notebook, profile=profile)
    same = {"codewords": 32, "t2_crossover": 0.3, **SCALES[profile].fine_tuning}
    for given in ({}, same):
        kept = registry.studies_of(notebook, profile=profile, settings=given)
        for before, after in zip(usual, kept, strict=True):
            assert [cell.spec.key for cell in after.cells] == [c.spec.key for c in before.cells]


SHARED = ("batch", "beta", "draws", "held_out", "patience", "test", "train", "warm_up")
BEFORE = ("codewords", "dimension", "pretraining_epochs", "pretraining_learning_rate")
AFTER = ("epochs", "learning_rate", "full_learning_rate")


def constants(spec):
    """Return what the settings name of a run of SLF and of both its transceivers."""
    both = (spec.alice, spec.david)
    named = {name: {getattr(each, name) for each in (spec, *both)} for name in SHARED}
    for name in BEFORE:
        named[name] = {getattr(each, name.removeprefix("pretraining_")) for each in both}
    named |= {name: {getattr(spec, name)} for name in AFTER}
    return named | {f"t{i}_crossover": {each.crossover} for i, each in enumerate(both, start=1)}


@pytest.mark.parametrize("profile", SCALES)
@pytest.mark.parametrize("name", OTHER)
def test_each_reaches_the_runs_that_it_names_and_nothing_else(name, profile):
    (usual,) = recovery(profile, frozen=[2], seeds=[0]).specs()
    (spec,) = recovery(profile, frozen=[2], seeds=[0], settings={name: OTHER[name]}).specs()
    used = name not in ("full_learning_rate", "t3_crossover")  # of f = 0, and of T3
    assert constants(spec) == constants(usual) | ({name: {OTHER[name]}} if used else {})
    assert (spec.key != usual.key) == used


def test_a_rate_changes_only_the_runs_that_train_at_it():
    """So a run that has no use for it keeps its record."""
    usual = recovery("smoke", frozen=[0, 1]).specs()
    whole = recovery("smoke", frozen=[0, 1], settings={"full_learning_rate": 0.01}).specs()
    tuned = recovery("smoke", frozen=[0, 1], settings={"learning_rate": 0.01}).specs()
    assert [whole[0].rate, whole[1]] == [0.01, usual[1]]
    assert [tuned[0], tuned[1].rate] == [usual[0], 0.01]


def test_pairs_mixtures_and_classifiers_follow():
    given = {"test": 99, "draws": 3, "train": 600, "held_out": 60, "t3_crossover": 0.35}
    study = source_dissimilarity("smoke", alphas=[0.5], frozen=[4], settings=given)
    for spec in study.specs():
        assert spec.test == 99 and getattr(spec, "draws", 3) == 3
        for needed in spec.needs():
            assert needed.train == 600 and needed.held_out == 60
    (aligned,) = [spec for spec in study.specs() if isinstance(spec, AlignmentSpec)]
    assert aligned.david.crossover == 0.35


def test_values_have_the_exact_type_and_texts_of_numbers_are_read():
    """YAML 1.1 takes 1e-3 and 3e13 for a text, and so does a command line all it gets."""
    given = {"learning_rate": "1e-3", "codewords": " 64", "beta": 1, "t1_crossover": ".2"}
    found = settings.checked(given)
    assert settings.numbers(power="3e13", uplink=2) == {"power": 3e13, "uplink": 2.0}
    assert Need(power="3e13") == Need(power=3e13)
    assert found == {"beta": 1.0, "codewords": 64, "learning_rate": 0.001, "t1_crossover": 0.2}
    assert list(found) == sorted(given)
    assert [type(value) for value in found.values()] == [float, int, float, float]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"codeword": 64}, "there is no setting 'codeword': did you mean 'codewords'[?]"),
        ({"codewords:64": None}, "did you mean 'codewords'[?]"),
        ({"zzz": 64}, "there is no setting 'zzz': expected one of batch, beta, codewords, "),
        ({1: 2}, "there is no setting 1: expected one of"),
        ({"": 2}, "there is no setting '': expected one of"),
        ({"seed": 1}, "there is no setting 'seed'"),
        ({"codewords": 64.0}, r"codewords is 64.0: expected a whole number \(size of the codebook"),
        ({"codewords": True}, "codewords is True: expected a whole number"),
        ({"codewords": None}, "codewords is None: expected a whole number"),
        ({"codewords": [64]}, r"codewords is \[64\]: expected a whole number"),
        ({"codewords": "many"}, "codewords is 'many': expected a whole number"),
        ({"codewords": "010"}, "codewords is '010': expected a whole number"),
        ({"beta": "nan"}, r"beta is 'nan': expected a number \(weight of the commitment term"),
        ({"beta": float("inf")}, "beta is inf: expected a number"),
        ({"beta": 10**400}, "beta is 10{400}: expected a number"),
        ({"codewords": 1}, "setting codewords 1 must be at least 2"),
        ({"learning_rate": 0}, "setting learning_rate 0 must be above zero"),
        ({"t2_crossover": 1.5}, r"t2_crossover 1.5 is outside \[0, 1\] .*in training, T2"),
        ({"draws": 0}, "setting draws 0 must be at least 1"),
        ([64], r"settings is \[64\]: expected names and values such as {codewords: 64}"),
        ("{codewords: 64}", "settings is '{codewords: 64}': .*papermill takes them with -y"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(given, message):
    with pytest.raises(ParameterError, match=message):
        channel_dissimilarity("smoke", settings=given)


LIST = "expected a list such as"


@pytest.mark.parametrize(
    ("study", "given", "sentence"),
    [
        (channel_dissimilarity, {"crossovers": 0.2}, f"crossovers is 0.2: {LIST}"),
        (channel_dissimilarity, {"crossovers": "0.2"}, f"crossovers is '0.2': {LIST}"),
        (channel_dissimilarity, {"crossovers": ["a"]}, rf"crossovers is \['a'\]: {LIST}"),
        (channel_dissimilarity, {"frozen": [True]}, rf"frozen is \[True\]: {LIST}"),
        (channel_dissimilarity, {"frozen": [0.5]}, rf"frozen is \[0.5\]: {LIST}"),
        (channel_dissimilarity, {"sources": "glyphs"}, "sources is 'glyphs': expected a list, a"),
        (channel_dissimilarity, {"seeds": [True]}, "seeds holds True"),
        (channel_dissimilarity, {"seeds": 3}, "seeds is 3: expected a list, also of one"),
        (channel_dissimilarity, {"settings": "a"}, "settings is 'a': expected names and values"),
        (recovery, {"crossover": "0.3"}, "crossover is '0.3': expected a value such as 0.3"),
        (recovery, {"crossover": True}, "crossover is True: expected a value such as 0.3"),
        (Need, {"power": "fast"}, "power is 'fast': expected a number"),
        (Need, {"power": [3e13]}, r"power is \[30000000000000.0\]: expected a number"),
        (Need, {"uplink": 1e-300}, "uplink 1e-300 is too small: give 1e-06 or more"),
    ],
)
def test_a_parameter_of_another_type_is_named(study, given, sentence):
    """As papermill hands it on, unchecked."""
    with pytest.raises(ParameterError, match=sentence):
        study(**given)


@pytest.mark.parametrize(
    ("profile", "given", "message"),
    [
        ("paper", {"train": 60_001}, "train 60001 is too many: mnist has 60000 train images"),
        ("paper", {"train": 55_000}, "train 55000 is too many: cifar10 has 50000 train images"),
        ("paper", {"test": 10_001}, "test 10001 is too many: mnist has 10000 test images"),
        ("paper", {"held_out": 60_000}, "held_out 60000 leaves none of 60000 images to train on"),
        ("quick", {"train": 400}, "held_out 500 leaves none of 400 images to train on"),
        ("smoke", {"codewords": 2049}, "codewords 2049 is more than the 2048 vectors of a batch"),
        ("smoke", {"train": 129, "codewords": 257}, "more than the 256 vectors of a batch"),
    ],
)
def test_runs_without_room_are_refused_before_they_start(profile, given, message):
    with pytest.raises(ParameterError, match=message):
        source_dissimilarity(profile, settings=given)


def test_the_most_that_there_is_room_for_is_taken_and_any_sequence(tmp_path):
    assert channel_dissimilarity("smoke", crossovers=(0, 1), frozen=[4], seeds=range(2)).cells
    assert channel_dissimilarity("paper", settings={"train": 60_000}).cells
    assert channel_dissimilarity("smoke", settings={"codewords": 2048}).cells
    assert channel_dissimilarity("smoke", settings={"train": 20_000}).cells  # drawn as asked
    folder = own_images.make_folder(tmp_path)  # 192 images to train on
    own = {"profile": "smoke", "sources": [f"folder:{folder}"]}
    assert channel_dissimilarity(**own, settings={"train": 192}).cells
    with pytest.raises(ParameterError, match="train 193 is too many: folder-.* has 192 train"):
        channel_dissimilarity(**own, settings={"train": 193})


def test_what_an_experiment_tries_itself_is_no_setting_there():
    with pytest.raises(ParameterError, match="setting learning_rate has no use where an experi"):
        fine_tuning_rate("smoke", settings={"learning_rate": 0.01})
    assert fine_tuning_rate("smoke", settings={"full_learning_rate": 0.01}).cells


def test_a_sweep_and_the_command_for_what_is_missing_take_them():
    given = {"codewords": 64, "learning_rate": 0.0005}
    study = recovery("smoke", settings=given)
    assert set(study.specs()) == set(registry.plan("smoke", ["recovery"], settings=given))
    command = registry.command("recovery", study.cells, "smoke", study.settings)
    assert shlex.split(command)[-4:] == ["--set", "codewords=64", "--set", "learning_rate=0.0005"]
    assert not registry.published() & set(recovery("paper", settings=given).specs())


def test_rows_and_summary_say_what_differs_from_the_book(store):
    study = recovery("smoke", frozen=[4], compute="none", settings={"codewords": 64})
    store.save(made_up.record(study.cells[0].spec))
    (row,) = study.run(store).rows
    assert (row["codewords"], row["dimension"]) == (64, 16)
    given = {"codewords": 64, "dimension": 16, "epochs": 7}
    results = recovery("smoke", compute="none", settings=given).run(store)
    assert results.summary().endswith(
        "; settings that differ from the book's: codewords 64 instead of 32, epochs 7 instead of "
        "1; claims stay judged by the book's own records."
    )
    one, two = (recovery("smoke", frozen=[f], compute="none").run(store) for f in (0, 4))
    assert one.summary() == "profile smoke; 0 of 1 records read; 1 missing."
    assert one.summary(two) == "profile smoke; 0 of 2 records read; 2 missing."


def test_a_run_with_another_codebook_is_sized_by_it(store):
    """Live: the records have keys of their own, and sizes and operations follow K and D."""
    given = {"codewords": 64, "dimension": 8, "train": 192, "held_out": 64, "test": 32}
    results = recovery("smoke", frozen=[4], settings=given).run(store)
    assert (results.computed, results.missing) == (1, [])
    (record,) = results.records
    assert store.load(recovery("smoke", frozen=[4]).cells[0].spec) is None
    kinds = {ClassifierSpec, TransceiverSpec, AlignmentSpec}
    assert {type(store.read(path).spec) for path in store.record_files()} == kinds
    assert record.results["flops_per_image"] == cost.flops_per_image(64, 8, 4)
    weights = 4 * (64 * 8 + (8 * 32 * 9 + 32) + (32 * 48 * 9 + 48) + (48 * 3 * 64 + 3))
    assert 0 < results.rows[0]["bytes_down"] - weights < 1_000  # and a header
    assert 1 <= results.rows[0]["perplexity"] <= 64
    assert recovery("smoke", frozen=[4], settings=given).run(store).computed == 0
