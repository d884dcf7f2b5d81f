"""A small specification of every kind of run."""

import tiny

from slfkit.records.airs import AirSpec
from slfkit.records.bounds import BoundSpec, StreamSpec
from slfkit.records.opinions import OpinionSpec
from slfkit.records.pilots import MeetingSpec, PilotSpec, StartSpec, TrialSpec
from slfkit.records.repairs import RepairSpec
from slfkit.records.rounds import RoundSpec
from slfkit.records.spec import CeilingSpec, classifier_for

T1, T2 = tiny.transceiver(0.1), tiny.transceiver(0.3)
SIZES = {"draws": 2}
SLF = {"source": "glyphs", "epochs": 2, "draws": 2}
SPECS = {
    "transceivers": T1,
    "classifiers": classifier_for(T1),
    "pairs": tiny.pair(),
    "ceilings": CeilingSpec("glyphs", "scenes", 0.5, classifier_for(T1)),
    "alignments": tiny.alignment(),
    "rounds": RoundSpec(T1, T2, 0.3, rounds=2, **SIZES),
    "bounds": BoundSpec(T1, 0.3, **SIZES),
    "streams": StreamSpec(T1, 0.3, **SIZES),
    "pilots": PilotSpec(T1, T2, 0.3, 9, "glyphs", **SIZES),
    "trials": TrialSpec(T1, T2, 0.3, 9, "glyphs", **SIZES),
    "opinions": OpinionSpec(T1, **SIZES),
    "starts": StartSpec(T1, T2, 0.3, 2, **SLF),
    "meetings": MeetingSpec((T1, T2), 0, **SIZES),
    "repairs": RepairSpec(T1, T2, 0.3, 2, rank=2, **SLF),
    "airs": AirSpec(T1, T2, 0.3, "glyphs", air="bits", **SIZES),
}
