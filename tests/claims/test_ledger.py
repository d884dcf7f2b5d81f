"""The ledger is whole, a wrong one is refused, and verdicts are explained."""

import pytest

from slfkit.claims import ledger
from slfkit.claims.rules import FAILS, HOLDS, UNDECIDED, UNTESTABLE, VERDICTS, Case, every
from slfkit.errors import ParameterError, RecordError
from slfkit.experiments.results import Results
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.records.store import project_root

LOGARITHMS = (  # of ratios alone
    *("nearer", "depth", "harms", "spares", "errs_less", "near"),
    *("regrets_less", "links_better", "suits"),
)
ENTRY = """[[claim]]
id = "a"
claim = "c"
where = "w"
notebook = "02_channel"
"""
GOOD = f'{ENTRY}untestable = "x"\n'


@pytest.fixture(scope="module")
def found():
    return ledger.check("paper")


def written(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_claim_says_what_it_is_judged_on_and_why_and_its_figure_is_in_the_book():
    for claim in ledger.ledger():
        assert bool(claim.where) == (claim.source == "paper") and claim.claim.endswith(".")
        assert claim.untestable or (claim.rows and claim.why and claim.unit)
        assert claim.study or claim.untestable or claim.judge == "recomputes"
        text = (project_root() / "notebooks" / f"{claim.notebook}.py").read_text(encoding="utf-8")
        assert f'"name": "{claim.figure}"' in text or not claim.figure


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY, "either a judge or why"),
        (f'{ENTRY}judge = "nobody"', "judge 'nobody' is unknown: choose works"),
        (f'{ENTRY}judge = "depth"\nstudy = "nothing"', "study 'nothing' is unknown: choose"),
        (f'{GOOD}verdict = "holds"', "damaged"),
        (f'{GOOD}source = "hearsay"', "source 'hearsay' is unknown: choose paper, ours"),
        (GOOD + GOOD, "two claims have the id a"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path, text, said):
    with pytest.raises(RecordError, match=said):
        ledger.ledger(written(tmp_path, text))


def test_without_a_record_nothing_is_judged_and_the_command_is_named():
    claim = next(one for one in ledger.ledger() if one.id == "channel-mse")
    study = channel_dissimilarity("paper", seeds=[3])
    verdict = ledger.judge(claim, Results(study, [], list(study.cells), 0, 0, []))
    assert verdict.judgement.verdict == UNDECIDED
    assert ledger.explanation(verdict) == (
        "no record to judge it by yet; slfkit reproduce --profile paper --study "
        "channel_dissimilarity --seeds 3 computes what is missing"
    )


def explained(*cases):
    claim = next(one for one in ledger.ledger() if one.judge)
    judgement = every(Case(f"f = {f}", dict(enumerate(case))) for f, case in enumerate(cases))
    return ledger.explanation(ledger.Verdict(claim, judgement))


OPEN = "0 of 1 cases decided for it; undecided: f = 0; "
TODAY = f"{OPEN}at today's means and spreads "


@pytest.mark.parametrize(
    ("cases", "text"),
    [
        ([(1.0, 1.1, 0.9)], "1 of 1 cases decided for it"),
        ([(-1.0, -1.1, -0.9)], "0 of 1 cases decided for it; against: f = 0"),
        ([(-1.0, 1.0, 3.0)], f"{TODAY}15 further seeds would decide it: {HOLDS}"),
        ([(-1.0, -2.0, -3.0)], f"{TODAY}1 further seed would decide it: {FAILS}"),
        ([(-1.0, 1.0, 0.001)], f"{OPEN}more than 100 further seeds would decide it"),
        (
            [(1.0,), (1.0, 1.1, 0.9)],
            "1 of 2 cases decided for it; undecided: f = 0; 1 with one seed, which shows no "
            "spread: a second seed comes first",
        ),
    ],
)
def test_a_verdict_is_explained_with_its_outlook(cases, text):
    assert explained(*cases) == text


def test_notes_and_units_of_claims_follow_from_what_judges_them():
    # The page on the codebook tells apart what differs between the starts at f = 0.
    against = {"nearer", "trades", "shrinks", "vanishes", "with_frozen", "last_is", "depth"}
    against |= {"spares", "near", "regrets_less"}
    for claim in ledger.ledger():
        named = all(word in claim.note for word in ("new weights", "learning rate", "warm-up"))
        counted = claim.options.get("metric") == "bytes_up"
        assert named == (claim.judge in against and not counted), claim.id
        ratio = claim.judge in ("works", "fails", "mends", "outdoes")
        ratio = ratio and claim.options["metric"] != "accuracy"
        assert (claim.unit == "factor") == (ratio or claim.judge in LOGARITHMS), claim.id


def test_verdicts_keep_to_their_rules_and_the_counts_are_of_all_claims(found):
    for verdict in found:
        judgement = verdict.judgement
        for case, sign in zip(judgement.cases, judgement.signs, strict=True):
            assert judgement.arithmetic or len(case.differences) > 1 or sign == 0
    untestable = {one.claim.id for one in found if one.judgement.verdict == UNTESTABLE}
    assert untestable == {"channel-gains", "source-gains"}
    measured, arithmetic = ledger.counts(found), ledger.counts(found, arithmetic=True)
    assert list(measured) == list(arithmetic) == list(VERDICTS)
    papers = [claim for claim in ledger.ledger() if claim.source == "paper"]
    assert sum(measured.values()) + sum(arithmetic.values()) == len(papers)
    exact = {one.claim.id for one in found if one.judgement.arithmetic}
    table = {"table-download", "table-upload", "table-recomputed"}
    assert exact == table | {"federated-traffic", "over-the-air"}


def test_claims_of_ours_are_judged_apart_and_an_unknown_profile_is_refused(tmp_path):
    path = written(tmp_path, GOOD + GOOD.replace('"a"', '"b"') + 'source = "ours"\n')
    for source, names in (("paper", ["a"]), ("ours", ["b"])):
        assert [one.claim.id for one in ledger.check(path=path, source=source)] == names
    assert [one.claim.id for one in ledger.check(path=path)] == ["a"]
    with pytest.raises(ParameterError, match="profile 'large' is unknown"):
        ledger.check("large")
