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


@pytest.mark.parametrize(("spec", "text"), CANONICAL)
def test_the_canonical_form_stays_as_it_is_and_makes_the_run_again(spec, text):
    assert json.dumps(spec.canonical(), sort_keys=True, separators=(",", ":")) == text
    again = from_canonical(json.loads(text))
    assert again == spec and again.key == spec.key and hash(again) == hash(spec)
    assert set(spec.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")  # needs no quoting


def test_keys_stay_as_they_are_also_where_a_field_with_a_default_is_added():
    assert [T1.key, PAIR.key] == ["153342b933ecc684", "d2c4e09461b34823"]

    @dataclass(frozen=True)
    class Grown(TransceiverSpec):
        added: float = 0.5

        kind = "transceivers"

    assert Grown("mnist", 0.1, seed=2).key == T1.key
    assert Grown("mnist", 0.1, seed=2, added=0.5).key == T1.key
    assert Grown("mnist", 0.1, seed=2, added=0.6).key != T1.key


def test_every_field_is_part_of_the_key():
    other = {"source": "scenes", "crossover": 0.7, "learning_rate": 0.5, "beta": 2.0}
    other["precision"] = "bfloat16"
    for field in dataclasses.fields(T1):
        value = other.get(field.name, 77)
        assert dataclasses.replace(T1, **{field.name: value}).key != T1.key
    # whole numbers and floats are one run
    assert TransceiverSpec("mnist", 0).key == TransceiverSpec("mnist", 0.0).key
    assert TransceiverSpec("mnist", 0.1, beta=1).key == TransceiverSpec("mnist", 0.1, beta=1.0).key
    assert PairSpec(T1, T1, 1, "mnist").key == PairSpec(T1, T1, 1.0, "mnist").key


BAD = {
    "crossover": (1.01, -0.1, float("nan")),
    "alpha": (2, -0.1),
    "frozen": (5, -1, 1.5),
    **dict.fromkeys(("seed", "train", "test", "warm_up"), (-1,)),
    **dict.fromkeys(("epochs", "batch", "held_out", "draws"), (0,)),
    **dict.fromkeys(("learning_rate", "full_learning_rate", "beta"), (0.0, float("inf"), -1e-3)),
    **dict.fromkeys(("mixing", "order", "precision"), ("middle",)),
    "patience": (0,),
}


@pytest.mark.parametrize(("name", "value"), [(name, bad) for name in BAD for bad in BAD[name]])
def test_a_value_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ParameterError, match=f"^{name} {value!r} (is|must)"):
        dataclasses.replace(ALIGNMENT, **{name: value})


KEPT = {"reinitialise": False, "refit": True}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"frozen": 4, **KEPT}, "refit at frozen 4 changes nothing"),
        ({"frozen": 1, "order": "first", **KEPT}, "refit at frozen 1 changes not"),
        ({"frozen": 0, "refit": True}, "refit at frozen 0 changes nothing"),
    ],
)
def test_a_codebook_that_is_frozen_or_new_is_not_refit(values, message):
    with pytest.raises(ParameterError, match=message):
        dataclasses.replace(ALIGNMENT, **values)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        *({"kind": kind} for kind in ("dreams", "transceivers", ["transceivers"])),
        {**T1.canonical(), "colour": 3},
        *({**T1.canonical(), "crossover": value} for value in ("0.1", 3)),
    ],
)
def test_what_is_not_a_specification_is_refused(plain):
    with pytest.raises(ParameterError):
        from_canonical(plain)


def test_a_run_needs_its_weights_in_the_order_to_compute_and_none_twice():
    mnist, cifar10 = classifier_for(T1), classifier_for(T3)
    mixed = classifier_for(ALIGNMENT)
    assert mixed.sources == ("mnist", "cifar10")
    for run, needed in {
        mnist: (),
        T1: (mnist,),
        PAIR: (T1, T3, classifier_for(PAIR)),
        PairSpec(T1, T1, 0.1, "mnist"): (T1, mnist),
        CEILING: (CEILING.classifier,),
        ALIGNMENT: (T1, T3, mixed, cifar10),
    }.items():
        assert run.needs() == needed
    # a mixture has a ceiling of its own
    assert ceiling_for(PAIR) is None
    assert ceiling_for(ALIGNMENT) == dataclasses.replace(CEILING, classifier=mixed)


def test_one_classifier_serves_all_seeds_at_one_scale():
    assert classifier_for(T1) == classifier_for(dataclasses.replace(T1, seed=7))
    assert classifier_for(T3) == ClassifierSpec(("cifar10",), train=600, held_out=100)


def test_every_field_says_what_it_means():
    for name in spec.KINDS:
        for field in dataclasses.fields(spec.kind(name)):
            assert field.metadata["meaning"]
            assert field.metadata["whose"] in ("ours", "paper's")


def test_variants_are_named_and_keep_old_keys():
    for part, change in {
        "-first-": {"order": "first"},
        "-blend0.25-": {"mixing": "pixels"},
        "-f0-kept-": {"frozen": 0, "reinitialise": False},
        "-f2-refit-": {"refit": True},
    }.items():
        assert part in dataclasses.replace(ALIGNMENT, **change).stem
    assert not {"order", "mixing", "refit"} & set(ALIGNMENT.canonical())


def test_a_batch_has_vectors_for_every_codeword():
    """k-means would otherwise fail in the middle of the training."""
    few = "codewords 1024 is more than the 512 vectors of a batch"
    with pytest.raises(ParameterError, match=few):
        TransceiverSpec("glyphs", 0.1, codewords=1024, batch=2)
    large = TransceiverSpec("glyphs", 0.1, codewords=1024, batch=4)
    with pytest.raises(ParameterError, match=few):
        AlignmentSpec(large, large, 0.3, 0, "glyphs", batch=2)
    assert AlignmentSpec(large, large, 0.3, 1, "glyphs", batch=2).batch == 2  # no k-means there
