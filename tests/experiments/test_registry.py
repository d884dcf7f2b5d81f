"""Notebooks, their studies and the plan of a sweep, and what they show before any record."""

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import city_costs, city_figures, registry
from slfkit.experiments.grid import SCALES, scale_of
from slfkit.experiments.misalignment import reconstruction_grid
from slfkit.experiments.registry import plan, studies_of
from slfkit.records.opinions import OpinionSpec
from slfkit.records.spec import AlignmentSpec, ClassifierSpec
from slfkit.recovery import Link
from slfkit.reporting.panels import picture_rows, picture_strip


@pytest.mark.parametrize("profile", SCALES)
@pytest.mark.parametrize("notebook", registry.notebooks())
def test_every_notebook_has_studies_at_every_profile(notebook, profile):
    built = studies_of(notebook, profile=profile)
    assert built and {one.name for one in built} <= set(registry.experiments())
    assert all(one.profile == profile and one.specs() for one in built)


def test_a_notebook_that_runs_nothing_has_no_study_and_nothing_missing_needs_no_command():
    assert studies_of("90_computed", profile="paper") == ()
    assert registry.command("channel_dissimilarity", ()) == ""


@pytest.mark.parametrize("page", ["02_channel", "08_who_pays", "10_decibels", "12_rivals"])
def test_a_modulation_that_cannot_send_the_codebook_is_refused_first(page):
    with pytest.raises(ParameterError, match="qam cannot send 32 codewords"):
        studies_of(page, modulation="qam")
    assert studies_of(page, modulation="qam", settings={"codewords": "64"})
    with pytest.raises(ParameterError, match="settings is 64: expected names and values"):
        studies_of(page, modulation="qam", settings=64)


def test_the_paper_s_scale_leaves_the_defaults_and_images_are_those_of_the_profile():
    scale = SCALES["paper"]
    assert not (scale.shared or scale.pretraining or scale.fine_tuning)
    assert not set(scale.seeds) & set(scale.repeats)
    assert all(scale_of(profile) is SCALES[profile] for profile in SCALES)
    assert scale_of("paper", ["FashionMNIST"]).sources == ("FashionMNIST", "cifar10")
    assert scale_of("paper", ["FashionMNIST"]).shared == SCALES["paper"].shared


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


@pytest.mark.parametrize("name", registry.experiments())
def test_without_rows_tables_are_empty_and_findings_say_so(name):
    entry = registry.get(name)
    assert entry.table([]) == []
    assert entry.finding([]) == "No record is stored yet."
    said = "No record is stored yet: all 3 cells are still to be computed."
    assert entry.finding([], [object()] * 3) == said


DRAWN = [name for name in registry.experiments() if name != "recovery"]


@pytest.mark.parametrize("name", DRAWN)
def test_without_rows_figures_have_no_legend(name):
    assert not registry.get(name).figure([]).legends


def test_without_pictures_or_a_meeting_figures_and_prices_say_so():
    for figure in (picture_rows([]), picture_strip([]), reconstruction_grid([])):
        assert figure.axes[0].texts[0].get_text() == "missing: no run that would show it is stored"
    assert city_costs.table(city_costs.prices([], [], Link()), Link()) == []
    assert city_figures.costs([])
