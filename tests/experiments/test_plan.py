"""The plan of a sweep: every run once, best first."""

from slfkit.experiments import registry
from slfkit.experiments.registry import plan
from slfkit.records.opinions import OpinionSpec
from slfkit.records.spec import AlignmentSpec, ClassifierSpec


def alignments(*arguments, **values):
    return [spec for spec in plan(*arguments, **values) if isinstance(spec, AlignmentSpec)]


def test_the_first_seed_of_all_comes_first_and_the_pages_cells_before_others():
    specs = plan("paper", ["channel_dissimilarity"], range(3))
    seeds = [spec.seed if isinstance(spec, AlignmentSpec) else spec.sender.seed for spec in specs]
    third = len(specs) // 3
    assert set(seeds[:third]) == {0} and set(seeds[third:]) == {1, 2}
    first = [spec for spec in specs[:third] if isinstance(spec, AlignmentSpec)]
    assert [spec.crossover for spec in first[::5]] == [0.3, 0.1, 0.5, 0.05, 0.2, 0.4]
    assert [spec.frozen for spec in first[:5]] == [0, 1, 2, 3, 4]


def test_then_each_cell_gets_all_its_seeds_before_the_next_cell():
    specs = [spec for spec in alignments("paper") if spec.seed]
    assert [spec.seed for spec in specs[:35]] == [seed for seed in range(1, 8) for _ in range(5)]
    assert {(spec.crossover, spec.other) for spec in specs[:35]} == {(0.3, "")}
    mixtures = [(alpha, seed) for alpha in (0.5, 1.0, 0.0) for seed in (1, 2)]
    assert [(spec.alpha, spec.seed) for spec in specs[35:65:5]] == mixtures
    variants = specs[65:]
    assert variants and {(spec.crossover, spec.other) for spec in variants} == {(0.3, "")}


def test_tests_come_before_trainings_and_table_i_before_the_ends_of_the_mixture():
    trained = [hasattr(spec, "epochs") for spec in plan("paper", seeds=[0])]
    assert trained == sorted(trained)
    specs = alignments("paper", seeds=[0])
    assert {(spec.crossover, spec.other) for spec in specs[:5]} == {(0.3, "")}
    assert [spec.alpha for spec in specs[5:20:5]] == [0.5, 1.0, 0.0]
    assert {spec.other for spec in specs[5:20]} == {"cifar10"}
    assert {spec.order for spec in specs[-10:]} == {"last"}


def test_the_plan_is_every_study_once():
    specs = plan("paper", seeds=[0, 1])
    studies = [one.study("paper", seeds=[0, 1]) for one in registry.experiments().values()]
    wanted = {spec for study in studies for spec in study.specs()}
    assert len(specs) == len(set(specs)) and set(specs) == wanted
    assert set(plan("paper", ["misalignment"], [0])) < wanted


def test_the_whole_plan_ends_in_further_seeds_of_the_classifiers_and_what_they_judge():
    *_, judged = whole = plan("paper")
    judges = whole[-24:-18]
    assert isinstance(judged, OpinionSpec) and judged.classifier in judges
    assert [spec.seed for spec in judges] == [1, 1, 1, 2, 2, 2]
    sources = {("mnist",), ("cifar10",), ("mnist", "cifar10")}
    assert {spec.sources for spec in judges} == sources
    assert not [spec for spec in plan("paper", seeds=[1]) if isinstance(spec, ClassifierSpec)]
