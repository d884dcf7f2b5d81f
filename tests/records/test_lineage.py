"""Lineage: which source hashes are as good as another, and what a damaged file says."""

from types import SimpleNamespace

import pytest

from slfkit.errors import RecordError
from slfkit.records.lineage import Step, equal_to, steps
from slfkit.records.provenance import source_hash
from slfkit.records.repairs import RepairSpec


def step(before, after, changed=""):
    return Step(before, after, "an option", 3, "2026-01-02T03:04:05Z", changed)


@pytest.mark.parametrize(
    ("source", "equal"),
    [("d", {"d", "c", "a", "b"}), ("c", {"c", "a", "b"}), ("a", {"a"}), ("x", {"x"})],
)
def test_steps_are_followed_backwards_only(source, equal):
    known = [step("a", "b"), step("b", "c"), step("c", "d")]
    assert equal_to(source, known) == equal
    # branches that met are all as good
    assert equal_to("c", [step("a", "c"), step("b", "c")]) == {"a", "b", "c"}


def test_a_step_leaves_what_is_of_another_kind_of_run_and_the_runs_that_it_changed():
    assert equal_to("b+f", [step("a", "b"), step("f", "g")]) == {"b+f", "a+f"}
    known = [step("a", "b"), step("+f", "+g", changed="rank")]
    run = SimpleNamespace(rank=0)
    assert equal_to("b+g", known, run) == {"b+g", "b+f", "a+g", "a+f"}
    assert equal_to("b+g", known, SimpleNamespace(rank=4)) == {"b+g", "a+g"}
    assert equal_to("b", known, run) == {"b", "a"}


def test_round_trip_and_no_file_and_a_damaged_one(tmp_path):
    file = tmp_path / "lineage.toml"
    assert steps(file) == ()
    file.write_text(
        '[[step]]\nbefore = "a"\nafter = "b"\nwhy = "an option"\nruns = 3\n'
        'date = "2026-01-02T03:04:05Z"\n'
    )
    assert steps(file) == (step("a", "b"),)
    for text in ("[[step]]\nbefore = 3\n", "nothing = 1\n", "[[step"):
        file.write_text(text)
        with pytest.raises(RecordError, match="lineage.toml is damaged .*: restore it from git"):
            steps(file)


def test_the_committed_steps_rest_on_evidence_and_lead_to_todays_code():
    found = steps()
    assert found and all(one.runs > 0 and one.why and one.before != one.after for one in found)
    shared = [one for one in found if not one.before.startswith("+")]
    assert shared[-1].after == source_hash()
    assert found[-1].after == "+" + source_hash(own=RepairSpec.files).partition("+")[2]
