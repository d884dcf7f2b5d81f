"""The ledger is whole, a wrong one is refused, and verdicts are explained."""

import subprocess
import sys

import pytest

from slfkit.claims import ledger
from slfkit.claims.rules import UNTESTED, VERDICTS
from slfkit.errors import ParameterError, RecordError
from slfkit.experiments.results import Results
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.records.store import project_root

ENTRY = """[[claim]]
id = "a"
claim = "c"
where = "w"
kind = "trend"
notebook = "02_channel"
"""


@pytest.fixture(scope="module")
def found():
    return ledger.check("paper")


def written(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_claim_says_what_it_is_judged_on_and_why():
    for claim in ledger.ledger():
        assert claim.where and claim.claim.endswith(".")
        assert claim.untestable or (claim.rows and claim.why and claim.unit)
        assert claim.study or claim.untestable or claim.judge == "recomputes"


def test_every_claims_page_and_figure_are_in_the_book():
    for claim in ledger.ledger():
        text = (project_root() / "notebooks" / f"{claim.notebook}.py").read_text(encoding="utf-8")
        assert f'"name": "{claim.figure}"' in text or not claim.figure


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "either a judge or why"),
        ('judge = "nobody"', "judge 'nobody' is unknown: choose works"),
        ('judge = "depth"\nstudy = "nothing"', "study 'nothing' is unknown: choose misalignment"),
        ('untestable = "x"\nverdict = "holds"', "damaged"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path, more, said):
    with pytest.raises(RecordError, match=said):
        ledger.ledger(written(tmp_path, ENTRY + more))


def test_a_wrong_kind_and_a_double_id_are_refused(tmp_path):
    good = ENTRY + 'untestable = "x"\n'
    with pytest.raises(RecordError, match="kind 'taste'"):
        ledger.ledger(written(tmp_path, good.replace("trend", "taste")))
    with pytest.raises(RecordError, match="two claims have the id a"):
        ledger.ledger(written(tmp_path, good + good))


def test_an_unknown_profile_is_refused():
    with pytest.raises(ParameterError, match="profile 'large' is unknown"):
        ledger.check("large")


def test_without_a_record_nothing_is_judged_and_the_command_is_named():
    claim = next(one for one in ledger.ledger() if one.id == "channel-mse")
    study = channel_dissimilarity("paper", seeds=[3])
    verdict = ledger.judge(claim, Results(study, [], list(study.cells), 0, 0, []))
    assert verdict.judgement.verdict == UNTESTED
    assert ledger.explanation(verdict) == (
        "no record to judge it by yet; "
        "slfkit reproduce --profile paper --study channel_dissimilarity --seeds 3 computes what is "
        "missing"
    )


def test_the_spread_is_that_of_the_draws_at_each_tasks_best_epoch():
    draws = {
        "mse": [{"mse": 1.0, "accuracy": 9}, {"mse": 3.0, "accuracy": 9}],
        "accuracy": [{"mse": 9, "accuracy": 0.5}, {"mse": 9, "accuracy": 0.5}],
    }
    tasks = {name: {"test": found} for name, found in draws.items()}
    assert ledger._spreads({"tasks": tasks}) == {"mse": 2**0.5, "accuracy": 0.0}
    assert ledger._spreads({"test": draws["mse"][:1]}) == {"mse": 0.0, "accuracy": 0.0}


def test_the_counts_are_of_all_claims(found):
    assert list(ledger.counts(found)) == list(VERDICTS)
    assert sum(ledger.counts(found).values()) == len(found) == len(ledger.ledger())


def test_judging_all_claims_loads_nothing_heavy():
    code = (
        "import sys; from slfkit.claims import ledger, tables; assert ledger.check();"
        "print({'torch', 'matplotlib', 'numpy', 'PIL'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "set()"
