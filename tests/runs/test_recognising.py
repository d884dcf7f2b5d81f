"""The classes of older records' example images, found again from the stored pictures."""

import pytest

from slfkit.errors import RecordError
from slfkit.experiments import sweeps
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.records.store import Store
from slfkit.runs.recognising import recognised

STORE = Store("paper")
NEWER = [one for one in STORE.records() if "predicted" in one.results.get("examples", {})]


def test_newer_records_say_the_same():
    """Pictures are clamped and rounded to what a screen shows, so a class in 89 changes."""
    pairs = [
        both
        for one in NEWER
        if hasattr(one.spec, "sources") and getattr(one.spec, "judge", "") != "receiver"
        for both in zip(recognised(one, STORE), one.results["examples"]["predicted"], strict=True)
    ]
    assert len(pairs) > 100
    assert sum(found == stored for found, stored in pairs) >= 0.98 * len(pairs)


def test_without_a_classifier_it_says_so(store):
    with pytest.raises(RecordError, match="must be trained before it is used"):
        recognised(NEWER[0], store)


def test_every_picture_of_the_first_page_has_a_class():
    study = sweeps.channel_dissimilarity("paper", crossovers=[TABLE_CROSSOVER], compute="none")
    rows = sweeps.at_crossover(study.run().pictures(), TABLE_CROSSOVER)
    assert rows and all(len(row["seen"]) == len(row["original"]) for row in rows)
    right = {row["name"]: sum(good for _, good in row["seen"]) for row in rows}
    assert right["matched"] > right["unaligned"]
