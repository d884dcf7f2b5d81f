"""What each kind of run refuses, said in a sentence."""

from dataclasses import replace

import pytest
import whole

from slfkit.errors import ParameterError

NO_BIT = "leaves a channel of 32 codewords less than one bit"
LEARNED = {"air": "symmetric", "labelling": "learned"}
LEFT = {"train": 96, "held_out": 32}
REPLAY = {"rank": 0, "replay": 10}
REFUSED = [
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
