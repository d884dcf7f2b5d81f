"""What each kind of run refuses, said in a sentence, how it is named, and what it needs."""

import itertools
import json
from dataclasses import replace

import pytest
import tiny
import whole

from slfkit.errors import ParameterError
from slfkit.records.spec import classifier_for, from_canonical

NO_BIT = "leaves a channel of 32 codewords less than one bit"
LEARNED = {"air": "symmetric", "labelling": "learned"}
LEFT = {"train": 96, "held_out": 32}
REPLAY = {"rank": 0, "replay": 10}
REFUSED = [
    ("alignments", {"order": "x"}, "order 'x' is unknown: choose last or first"),
    ("alignments", {"alpha": 0.25}, "alpha 0.25 needs a second source: name it in other"),
    ("transceivers", {"codewords": 1}, "codewords 1 must be at least 2"),
    ("transceivers", {"dimension": 0}, "dimension 0 must be at least 1"),
    ("airs", LEARNED, "labelling 'learned' changes nothing over air"),
    ("airs", {"air": "smoke"}, "air 'smoke' is unknown: choose symmetric or bits"),
    *(("bounds", {"crossover": crossover}, NO_BIT) for crossover in (0.9, 31 / 32, 1.0)),
    ("meetings", {"sender": 2}, "sender 2 of 2 members: expected at least two members"),
    ("meetings", {"members": (whole.T1,)}, "sender 0 of 1 members"),
    ("meetings", {"pilots": 0}, "pilots 0 must be at least 1"),
    ("opinions", {"judge": 0}, "judge 0"),
    ("pilots", {"pilots": -1}, "pilots -1 must be at least 0"),
    ("pilots", {"pilots": 65, **LEFT}, "pilots 65 is too many: 64 images are left to train on"),
    ("pilots", {"alpha": 0.5}, "needs a second source"),
    ("trials", {"pilots": 0}, "pilots 0 is too few"),
    ("starts", {"frozen": 0}, "new weights forget"),
    ("starts", {"pilots": 0}, "pilots 0 must be at least 1"),
    ("repairs", {"rank": 0}, "make 0 remedies: choose one"),
    ("repairs", {"replay": 10}, "make 2 remedies: choose one"),
    ("repairs", {"frozen": 4}, "nothing to repair"),
    ("repairs", {"frozen": 0, "rank": 0, "anchor": "l2sp"}, "set reinitialise False"),
    ("repairs", {"weight": 3.0}, "weight 3 has no use with rank 2"),
    ("repairs", {**REPLAY, "matched": True}, "matched has no use without refit"),
    ("repairs", {"rank": 0, "anchor": "near"}, "is unknown: choose none or l2sp or ewc"),
    ("repairs", {**REPLAY, "weight": 0.0}, "must be above zero"),
]


@pytest.mark.parametrize(("kind", "changes", "message"), REFUSED)
def test_what_cannot_be_run_is_refused(kind, changes, message):
    with pytest.raises(ParameterError, match=message):
        replace(whole.SPECS[kind], **changes)


CITY = (whole.T1, whole.T2, tiny.transceiver(0.1, source="scenes"))
BEGUN = tiny.alignment(3)
MIXED = {"other": "scenes", "alpha": 0.5}
NAMED = [
    ("repairs", {"rank": 4}, "-s0-rank4"),
    ("repairs", {"rank": 4, "refit": True}, "-s0-rank4"),
    ("repairs", {"rank": 0, "anchor": "ewc"}, "-s0-ewc-mu1"),
    ("repairs", {**REPLAY, "weight": 0.1}, "-s0-replay10-mu0.1"),
    ("repairs", {**REPLAY, "refit": True, "matched": True}, "-s0-matched-replay10-mu1"),
    ("repairs", {**REPLAY, "frozen": 0}, "-f0-s0-replay10-mu1"),  # teaches new weights
    ("pilots", {**MIXED, "seed": 2}, "glyphs-scenes-a0.5-eps0.3-n9-s2"),
    ("rounds", {"variant": "matched"}, "-eps0.3-matched-s0"),
    ("rounds", {"local": 0}, "-own-at-once-s0"),
    ("starts", {"frozen": 4, "pilots": 9}, "-f4-s0-n9"),
    ("meetings", {"members": CITY, "sender": 2, "kernel": 1, "seed": 3}, "eps0.1-s0-to-2-n100-s3"),
    ("airs", {"sender": BEGUN, "receiver": BEGUN}, "-f3-s0-over-glyphs-eps0.3-plain-bits"),
    ("airs", {"air": "symmetric"}, "-to-glyphs-eps0.3-s0-glyphs-eps0.3"),
    *(
        ("airs", {"labelling": one, "split": split}, f"-{one}-bits{held}")
        for one, (split, held) in itertools.product(
            ("plain", "learned"), (("test", ""), ("held_out", "-held"))
        )
    ),
]


@pytest.mark.parametrize(("kind", "changes", "end"), NAMED)
def test_what_is_varied_is_named_and_read_back(kind, changes, end):
    one = replace(whole.SPECS[kind], **changes)
    assert one.stem.endswith(end) and one.kind == kind
    assert from_canonical(json.loads(json.dumps(one.canonical()))) == one


def test_users_and_the_classifier_of_what_is_sent_are_needed():
    for kind in ("rounds", "meetings", "repairs"):
        assert whole.SPECS[kind].needs() == (*CITY[:2], classifier_for(whole.T1))
    mixed = replace(whole.SPECS["pilots"], **MIXED)
    assert mixed.needs() == (*CITY[:2], classifier_for(mixed))
    met = replace(whole.SPECS["meetings"], members=CITY, sender=2)
    assert met.needs() == (*CITY, classifier_for(CITY[2])) and met.sources == ("scenes",)
