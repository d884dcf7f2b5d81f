"""Two processes that train over the air, and end with the weights of one."""

import os
import re
import subprocess
import sys
from functools import partial

import pytest
import tiny

from slfkit.errors import ParameterError, SlfkitError, WireError
from slfkit.runs import wired
from slfkit.sizes import over_the_air_bytes

USERS = (tiny.transceiver(0.1), tiny.transceiver(0.3))
asked = partial(wired.Asked, *USERS, 0.3, images=20, epochs=2)


CODE = """
import sys
import test_wired
from pathlib import Path
from slfkit.records.store import Store
from slfkit.runs import wired

side, address, root = sys.argv[1:]
say = lambda sentence: print(sentence, flush=True)
wired.run(side, address, test_wired.asked(), Store("smoke", Path(root)), say)
"""


def started(side, address, store):
    folders = [os.path.dirname(__file__), os.path.dirname(os.path.dirname(__file__))]
    paths = os.pathsep.join([*folders, os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", CODE, side, address, str(store.root)],
        env={**os.environ, wired.SECRET: "a secret for the test", "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.long
def test_two_processes_end_with_the_weights_of_one_and_count_the_same_bytes(store):
    alone = []
    wired.run("alone", "", asked(), store, alone.append)
    david = started("david", "127.0.0.1:0", store)
    listening = david.stdout.readline()
    port = re.fullmatch(r"david listens at 127\.0\.0\.1:(\d+)\n", listening)
    assert port, listening + david.communicate(timeout=60)[0]
    alice = started("alice", f"127.0.0.1:{port[1]}", store)
    hers, his = (one.communicate(timeout=60)[0] for one in (alice, david))
    assert (alice.returncode, david.returncode) == (0, 0), hers + his
    assert alone[1] == hers.splitlines()[-1] and alone[2] == his.splitlines()[-1]
    counts = [re.search(r"connection, (\d+) together; (\d+) by", text) for text in (hers, his)]
    assert counts[0].groups() == counts[1].groups()
    counted, formula = map(int, counts[0].groups())
    assert formula < counted == pytest.approx(formula, rel=0.01)


def test_an_address_that_is_none_is_refused():
    assert wired.parse("127.0.0.1:0") == ("127.0.0.1", 0)
    assert wired.parse("[::1]:8800") == ("::1", 8800)
    for none in ("", "8800", "host:", "host:70000", "a b:1", ":1"):
        with pytest.raises(ParameterError, match="expected HOST:PORT"):
            wired.parse(none)


@pytest.mark.parametrize(("secret", "said"), [("", "is not set"), ("short", "has 5 bytes")])
def test_a_side_without_a_good_secret_is_told_before_anything_is_trained(
    store, monkeypatch, secret, said
):
    monkeypatch.setenv(wired.SECRET, secret)
    for side in ("david", "alice"):
        with pytest.raises(SlfkitError, match=said):
            wired.run(side, "127.0.0.1:0", asked(), store)
    assert store.record_files() == []


def test_a_place_where_nobody_can_listen_is_named(store, monkeypatch):
    monkeypatch.setenv(wired.SECRET, "a secret for the test")
    with pytest.raises(WireError, match="cannot listen at 192.0.2.1:8800"):
        wired.run("david", "192.0.2.1:8800", asked(), store)


def test_a_rehearsal_counts_bytes_that_the_formula_foretells():
    counted = wired.rehearsal(128)
    formula = over_the_air_bytes(128, 2, 32, 16)
    assert (counted["images"], counted["steps"]) == (128, 2)
    assert formula < counted["bytes"] == pytest.approx(formula, rel=0.01)
    assert counted == wired.rehearsal(128)
