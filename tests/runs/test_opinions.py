"""Judges of further seeds: the same link and noise, another classifier."""

import tiny

from slfkit.evaluation import evaluate
from slfkit.records.opinions import OpinionSpec
from slfkit.records.spec import PairSpec, classifier_for
from slfkit.runs.compute import compute
from slfkit.runs.execution import draw_noise
from slfkit.runs.workplace import Workplace

T2 = tiny.transceiver(0.3)
SPEC = OpinionSpec(T2, draws=2)


def test_only_the_judge_differs_from_the_pair(shared):
    pair = PairSpec(T2, T2, 0.3, "glyphs", test=T2.test, draws=2)
    judged, own = (compute(spec, shared).results["test"] for spec in (SPEC, pair))
    place = Workplace(shared)
    network, test = place.transceiver(T2), place.test_images(SPEC)
    other = place.classifier(SPEC.classifier, test.classes)
    by_hand = evaluate(network, network, test, 0.3, other, draw_noise(pair, test, 1))
    assert judged[1] == by_hand
    assert [draw["mse"] for draw in judged] == [draw["mse"] for draw in own]
    assert SPEC.classifier.seed == 1 and classifier_for(T2).seed == 0
    assert SPEC.needs() == (T2, SPEC.classifier)
