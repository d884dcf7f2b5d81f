"""The line under an experiment: what is read from the records, and the command of the page."""

import html
import re
import shlex

import made_up
import pytest

from slfkit.errors import NotebookError
from slfkit.experiments import freezing_order, misalignment, reinitialisation
from slfkit.publish import notebooks, provenance_line
from slfkit.records.lineage import steps
from slfkit.records.provenance import source_hash


def stored(store, spec, **provenance):
    store.save(made_up.record(spec, {**made_up.PROVENANCE, **provenance}))


def run(store, seeds=(0,)):
    return misalignment.misalignment("smoke", seeds=seeds, compute="none").run(store)


def line(*results):
    return dict(provenance_line.line(*results).parts)


def test_counts_seeds_device_dates_and_data_are_those_of_the_records(store):
    first, second, *_ = misalignment.misalignment("smoke", seeds=[0, 1]).specs()
    stored(store, first, data={"glyphs/test": "aa" * 8}, source=source_hash())
    february = "2026-02-03T00:00:00Z"
    stored(store, second, data={"scenes/test": "bb" * 8}, date=february, source=source_hash())
    known = line(run(store, (0, 1)))
    assert known["Profile"] == "smoke" and known["seeds"] == "0"
    assert known["records"] == "2 read, 0 computed, 16 missing"
    assert known["computed on"] == "some processor"
    assert known["date"] == "2026-01-02 to 2026-02-03 (UTC)"
    assert known["data"] == f"glyphs/test {'aa' * 8}, scenes/test {'bb' * 8}"
    assert known["code"] == f"{source_hash()} (gives the same numbers as today's)"
    assert known["what is missing"] == (
        "`slfkit reproduce --profile smoke --study misalignment --seeds 0,1`"
    )


def test_code_of_another_time_is_named(store):
    first, second, *_ = misalignment.misalignment("smoke").specs()
    stored(store, first, source="0ld")
    assert line(run(store))["code"] == "0ld (older than today's)"
    stored(store, second, source=source_hash())
    assert line(run(store))["code"].endswith("(older than today's: 0ld)")
    for step in (each for each in steps() if not each.changed):
        stored(store, first, source=step.before)
        assert line(run(store))["code"].endswith("(gives the same numbers as today's)")


def test_without_records_only_the_commands_are_told_and_with_all_nothing_is_missing(store):
    known = line(run(store))
    assert known["seeds"] == "none yet" and "computed on" not in known
    assert list(known) == ["Profile", "seeds", "records", "made by", "what is missing"]
    for spec in misalignment.misalignment("smoke", seeds=[0]).specs():
        stored(store, spec)
    assert "what is missing" not in line(run(store))


def test_the_command_makes_the_same_parameters_again():
    given = {"profile": "quick", "crossovers": [0.2, 0.25], "frozen": [0, 1, 2, 3, 4]}
    given |= {"seeds": [7], "compute": "all"}
    words = shlex.split(provenance_line.command("02_channel", given))
    assert words[:5] == ["slfkit", "run", "02_channel", "--profile", "quick"]
    texts = dict(zip(words[6::3], words[7::3], strict=True))
    values = notebooks.given_values(notebooks.find("02_channel"), texts, "quick")
    assert values == {name: given[name] for name in ("profile", "crossovers", "seeds", "compute")}
    # the published page needs its name only
    assert provenance_line.command("04_recovery", {}) == "slfkit run 04_recovery --profile paper"
    with pytest.raises((NotebookError, OSError)):
        provenance_line.command("99_none", {})


def test_two_studies_make_one_line(store):
    orders = freezing_order.freezing_order("smoke", compute="none").run(store)
    starts = reinitialisation.reinitialisation("smoke", compute="none").run(store)
    parts = dict(provenance_line.line(orders, starts).parts)
    missing = len(orders.missing) + len(starts.missing)
    assert parts["records"] == f"0 read, 0 computed, {missing} missing"
    assert "--study freezing_order" in parts["what is missing"]
    assert "--study reinitialisation" in parts["what is missing"]


def test_the_line_is_the_same_each_time_and_as_html_and_text(store):
    stored(store, misalignment.misalignment("smoke").specs()[0], device="A <CPU>")
    one, two = (provenance_line.line(run(store)) for _ in range(2))
    assert repr(one) == repr(two) and "`" not in repr(one) and repr(one).endswith(".")
    page = one._repr_html_()
    assert page.startswith('<details class="provenance">') and "A &lt;CPU&gt;" in page
    assert "<code>slfkit run 01_misalignment --profile smoke -p" in page
    inside = page.partition("</summary>")[2]
    assert html.unescape(re.sub(r"</?(p|code|details)[^>]*>", "", inside)) == repr(one)
