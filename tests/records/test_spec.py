"""What a run is: keys that last, numbers that are checked, needs in the order to compute."""

import dataclasses
import json
from dataclasses import dataclass

import pytest

from slfkit.errors import ParameterError
from slfkit.records import spec
from slfkit.records.spec import (
    AlignmentSpec,
    CeilingSpec,
    ClassifierSpec,
    PairSpec,
    TransceiverSpec,
    ceiling_for,
    classifier_for,
    from_canonical,
    needs,
)

T1 = TransceiverSpec("mnist", 0.1, seed=2)
T3 = TransceiverSpec("cifar10", 0.1, train=600, held_out=100)
CLASSIFIER = ClassifierSpec(("mnist", "cifar10"), train=600)
PAIR = PairSpec(T1, T3, 0.3, "mnist", draws=2)
CEILING = CeilingSpec("mnist", "cifar10", 0.25, ClassifierSpec(("mnist", "cifar10")))
ALIGNMENT = AlignmentSpec(T1, T3, 0, 2, "mnist", "cifar10", 0.25, seed=2)

# written down once: a change here makes every stored record unreadable
CANONICAL = [
    (T1, '{"crossover":0.1,"kind":"transceivers","seed":2,"source":"mnist"}'),
    (T3, '{"crossover":0.1,"held_out":100,"kind":"transceivers","source":"cifar10","train":600}'),
    (CLASSIFIER, '{"kind":"classifiers","sources":["mnist","cifar10"],"train":600}'),
    (
        PAIR,
        '{"crossover":0.3,"draws":2,"kind":"pairs",'
        '"receiver":{"crossover":0.1,"held_out":100,"kind":"transceivers","source":"cifar10",'
        '"train":600},"sender":{"crossover":0.1,"kind":"transceivers","seed":2,"source":"mnist"},'
        '"source":"mnist"}',
    ),
    (
        CEILING,
        '{"alpha":0.25,"classifier":{"kind":"classifiers","sources":["mnist","cifar10"]},'
        '"kind":"ceilings","other":"cifar10","source":"mnist"}',
    ),
    (
        ALIGNMENT,
        '{"alice":{"crossover":0.1,"kind":"transceivers","seed":2,"source":"mnist"},"alpha":0.25,'
        '"crossover":0.0,"david":{"crossover":0.1,"held_out":100,"kind":"transceivers",'
        '"source":"cifar10","train":600},"frozen":2,"kind":"alignments","other":"cifar10",'
        '"seed":2,"source":"mnist"}',
    ),
]
ALL = [spec for spec, _ in CANONICAL]


@pytest.mark.parametrize(("spec", "text"), CANONICAL)
def test_the_canonical_form_stays_as_it_is(spec, text):
    assert json.dumps(spec.canonical(), sort_keys=True, separators=(",", ":")) == text


def test_keys_stay_as_they_are():
    assert [T1.key, PAIR.key] == ["153342b933ecc684", "d2c4e09461b34823"]


@pytest.mark.parametrize("spec", ALL)
def test_round_trip_through_json(spec):
    back = from_canonical(json.loads(json.dumps(spec.canonical())))
    assert back == spec and back.key == spec.key and hash(back) == hash(spec)


def test_a_field_added_with_a_default_keeps_every_key():
    @dataclass(frozen=True)
    class Grown(TransceiverSpec):
        added: float = 0.5

        kind = "transceivers"

    assert Grown("mnist", 0.1, seed=2).key == T1.key
    assert Grown("mnist", 0.1, seed=2, added=0.5).key == T1.key
    assert Grown("mnist", 0.1, seed=2, added=0.6).key != T1.key


@pytest.mark.parametrize("spec", ALL)
def test_a_default_given_by_hand_is_no_other_run(spec):
    known = {f.name: f.default for f in dataclasses.fields(spec)}
    same = {name: getattr(spec, name) for name in known}
    assert type(spec)(**same).key == spec.key


def test_every_field_is_part_of_the_key():
    other = {"source": "scenes", "crossover": 0.7, "learning_rate": 0.5, "beta": 2.0}
    for field in dataclasses.fields(T1):
        value = other.get(field.name, 77)
        assert dataclasses.replace(T1, **{field.name: value}).key != T1.key


def test_whole_numbers_and_floats_are_one_run():
    assert TransceiverSpec("mnist", 0).key == TransceiverSpec("mnist", 0.0).key
    assert TransceiverSpec("mnist", 0.1, beta=1).key == TransceiverSpec("mnist", 0.1, beta=1.0).key
    assert PairSpec(T1, T1, 1, "mnist").key == PairSpec(T1, T1, 1.0, "mnist").key


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"crossover": 1.01}, "crossover 1.01 is outside"),
        ({"crossover": -0.1}, "crossover -0.1 is outside"),
        ({"crossover": float("nan")}, "crossover nan"),
        ({"alpha": 2}, "alpha 2"),
        ({"frozen": 5}, "frozen 5 is not a number of parts: choose 0 to 4"),
        ({"frozen": -1}, "frozen -1"),
        ({"frozen": 1.5}, "frozen 1.5"),
        ({"seed": -1}, "seed -1 must be at least 0"),
        ({"train": -1}, "train"),
        ({"test": -1}, "test"),
        ({"warm_up": -1}, "warm_up"),
        ({"epochs": 0}, "epochs 0 must be at least 1"),
        ({"batch": 0}, "batch"),
        ({"held_out": 0}, "held_out"),
        ({"draws": 0}, "draws"),
        ({"learning_rate": 0.0}, "learning_rate 0.0 must be above zero"),
        ({"learning_rate": float("inf")}, "learning_rate inf"),
        ({"full_learning_rate": -1e-3}, "full_learning_rate -0.001"),
        ({"beta": 0}, "beta"),
    ],
)
def test_values_out_of_range_are_refused_by_name(changes, named):
    with pytest.raises(ParameterError, match=named):
        dataclasses.replace(ALIGNMENT, **changes)


def test_a_codebook_of_one_word_or_no_dimension_is_refused():
    with pytest.raises(ParameterError, match="codewords 1 must be at least 2"):
        TransceiverSpec("mnist", 0.1, codewords=1)
    with pytest.raises(ParameterError, match="dimension 0"):
        TransceiverSpec("mnist", 0.1, dimension=0)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"kind": "dreams"},
        {"kind": "transceivers"},
        {"kind": "transceivers", "source": "mnist", "crossover": 0.1, "colour": 3},
        {"kind": "transceivers", "source": "mnist", "crossover": "0.1"},
        {"kind": "transceivers", "source": "mnist", "crossover": 3},
        {"kind": ["transceivers"]},
    ],
)
def test_what_is_no_specification_is_refused(plain):
    with pytest.raises(ParameterError):
        from_canonical(plain)


def test_a_run_needs_its_weights_in_the_order_to_compute():
    mnist, cifar10 = classifier_for(T1), classifier_for(T3)
    assert needs(mnist) == ()
    assert needs(T1) == (mnist,)
    assert needs(PAIR) == (T1, T3, classifier_for(PAIR))
    mixed = classifier_for(ALIGNMENT)
    assert needs(ALIGNMENT) == (T1, T3, mixed, cifar10)
    assert mixed.sources == ("mnist", "cifar10")


def test_a_mixture_has_a_ceiling_of_its_own():
    assert ceiling_for(PAIR) is None
    judge = classifier_for(ALIGNMENT)
    assert ceiling_for(ALIGNMENT) == dataclasses.replace(CEILING, classifier=judge)
    assert needs(CEILING) == (CEILING.classifier,)


def test_nothing_is_needed_twice():
    assert needs(PairSpec(T1, T1, 0.1, "mnist")) == (T1, classifier_for(T1))


def test_one_classifier_serves_all_seeds_at_one_scale():
    assert classifier_for(T1) == classifier_for(dataclasses.replace(T1, seed=7))
    assert classifier_for(T3) == ClassifierSpec(("cifar10",), train=600, held_out=100)


def test_full_fine_tuning_starts_anew_at_the_rate_of_pre_training():
    partial, full = ALIGNMENT, dataclasses.replace(ALIGNMENT, frozen=0)
    assert (partial.rate, partial.fresh) == (1e-4, False)
    assert (full.rate, full.fresh) == (1e-3, True)
    assert not dataclasses.replace(full, reinitialise=False).fresh


@pytest.mark.parametrize("spec", ALL)
def test_file_names_need_no_quoting(spec):
    assert set(spec.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_every_field_says_what_it_means():
    for kind in spec._KINDS.values():
        for field in dataclasses.fields(kind):
            assert field.metadata["meaning"]
            assert field.metadata["whose"] in ("ours", "paper's")


@pytest.mark.parametrize(
    ("frozen", "order", "kept"), [(4, "last", True), (1, "first", True), (0, "last", False)]
)
def test_a_codebook_that_is_frozen_or_new_cannot_be_refit(frozen, order, kept):
    with pytest.raises(ParameterError, match=f"refit at frozen {frozen} changes nothing"):
        dataclasses.replace(
            ALIGNMENT, frozen=frozen, order=order, reinitialise=not kept, refit=True
        )


def test_variants_are_named_and_keep_old_keys():
    first, blended, kept, refit = (
        dataclasses.replace(ALIGNMENT, **change)
        for change in ({"order": "first"}, {"other": "cifar10", "mixing": "pixels"},
                       {"frozen": 0, "reinitialise": False}, {"refit": True})
    )  # fmt: skip
    assert "-first-" in first.stem and "-blend0.25-" in blended.stem and "-f0-kept-" in kept.stem
    assert "-f2-refit-" in refit.stem
    assert not {"order", "mixing", "refit"} & set(ALIGNMENT.canonical())


@pytest.mark.parametrize(("name", "known"), [("order", "last or first"), ("mixing", "images or")])
def test_an_unknown_choice_is_refused(name, known):
    with pytest.raises(ParameterError, match=f"{name} 'x' is unknown: choose {known}"):
        dataclasses.replace(ALIGNMENT, **{name: "x"})
