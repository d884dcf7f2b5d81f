"""Any value of any record deleted, doubled, renamed or replaced: refused in a sentence, or read."""

import json

import made_up
import pytest
import whole
from hypothesis import given
from hypothesis import strategies as st
from mutations import ACTION, edited, many, places

from slfkit.errors import RecordError
from slfkit.records.base import digest
from slfkit.records.store import Record

RECORDS = [made_up.record(spec) for spec in whole.SPECS.values()]
BODIES = [json.loads(record.to_text()) for record in RECORDS]
PLACES = [[path for path in places(body) if path] for body in BODIES]


def read(body):
    """Return a record from a body, None where it is refused as it should be."""
    try:
        return Record.from_text(json.dumps(body))
    except RecordError as error:
        assert 5 < len(str(error)) < 400
        return None


def resealed(body):
    """Return the body with the checksum made right again, as a hand that edits a record can."""
    body = {name: value for name, value in body.items() if name != "sha256"}
    return {**body, "sha256": digest(body)}


EDITS = st.tuples(st.integers(0, len(BODIES) - 1), st.integers(0, 2**32), ACTION)


@pytest.mark.parametrize("seal", [False, True])
def test_an_edited_record_is_refused_or_reads_as_it_stands(seal, mutations):
    refused = []

    @many(mutations // 10)
    @given(EDITS)
    def attack(edit):
        which, at, action = edit
        path = PLACES[which][at % len(PLACES[which])]
        body = edited(BODIES[which], path, action)
        record = read(resealed(body) if seal else body)
        refused.append(record is None)
        if record and not seal:
            assert record == RECORDS[which]
        elif record:
            assert json.loads(record.to_text()) == resealed(body)

    attack()
    assert sum(refused) / len(refused) > (0.6 if seal else 0.8)  # some edits change nothing


def test_a_record_that_is_not_edited_is_read():
    assert [read(body) for body in BODIES] == RECORDS
    assert [read(resealed(body)) for body in BODIES] == RECORDS
