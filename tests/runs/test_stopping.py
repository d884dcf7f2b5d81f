"""Signals that stop a sweep: raised once, children killed first, handlers put back."""

import multiprocessing
import signal
import threading
import time

import pytest

from slfkit.runs.stopping import SIGNALS, Stopped, ignoring_ctrl_c, stoppable


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_raised_and_the_handlers_are_put_back(number):
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(Stopped) as caught, stoppable():
        try:
            signal.raise_signal(number)
        finally:
            meanwhile = [signal.getsignal(each) for each in SIGNALS]
    assert caught.value.signal == number
    assert meanwhile == [signal.SIG_DFL] * 2  # a second signal would end the process
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_children_are_killed():
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    with pytest.raises(Stopped), stoppable():
        child.start()
        signal.raise_signal(signal.SIGTERM)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def test_ctrl_c_is_ignored_where_it_is_for_another_and_then_heard_again():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job may ignore it
    try:
        with ignoring_ctrl_c():
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_is_not_asked():
    ran = []

    def work():
        with stoppable(), ignoring_ctrl_c():
            ran.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [before]
