"""Alice and David over a real socket: cut, repeated, refused and silent; once as two processes."""

import socket
import threading
import time

import pytest
import torch
from toys import make_images, seeded

from slfkit.errors import MessageError, WireError
from slfkit.models import Transceiver
from slfkit.rivals import frames, halves
from slfkit.rivals.frames import Kind
from slfkit.rivals.halves import AliceHalf, DavidHalf, Terms
from slfkit.rivals.peers import Alice, David, Patience

SECRET = b"a secret of both sides"
IMAGES = make_images(20)
TERMS = Terms(IMAGES.checksum(), 20, 0.3, batch=8, epochs=2)
SHORT = Patience(frame=2.0, progress=4.0)


class Cutting:
    """A way between two sides; its first connections are cut after so many bytes each."""

    def __init__(self, port, cuts):
        self.port, self.cuts = port, list(cuts)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.run, daemon=True).start()

    def connect(self):
        return socket.create_connection(self.listener.getsockname())

    def run(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            left = [self.cuts.pop(0) if self.cuts else 10**12]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(one, other, left), daemon=True).start()

    def pump(self, one, other, left):
        try:
            while data := one.recv(4096):
                left[0] -= len(data)
                if left[0] < 0:
                    break
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Running:
    """David in a thread, and what he says."""

    def __init__(self, agreed=TERMS, secret=SECRET, patience=SHORT):
        self.said, self.error = [], None
        half = DavidHalf(Transceiver(seeded(1)), IMAGES, agreed)
        listener = socket.create_server(("127.0.0.1", 0))
        self.david = David(listener, half, secret, patience, self.said.append)
        self.port = listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            self.david.serve()
        except WireError as error:
            self.error = error
        finally:
            self.david.listener.close()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port))

    def alice(self, connect=None, agreed=TERMS, secret=SECRET, patience=SHORT):
        half = AliceHalf(Transceiver(seeded(1)), IMAGES, agreed)
        self.heard = []
        return Alice(connect or self.connect, half, secret, patience, self.heard.append)

    def join(self):
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def alone():
    """The weights of both halves without a wire."""
    alice = AliceHalf(Transceiver(seeded(1)), IMAGES, TERMS)
    david = DavidHalf(Transceiver(seeded(1)), IMAGES, TERMS)
    alice.start(david.start())
    for which in halves.batches(TERMS):
        alice.apply(david.answer(alice.request(which), which))
    return weights(alice, david)


def weights(alice, david):
    own, his = alice.network.state_dict(), david.network.state_dict()
    return {name: own[name] if name.startswith("encoder") else his[name] for name in own}


def same(one, two):
    return [name for name in one if not torch.equal(one[name], two[name])] == []


def test_over_a_socket_the_weights_are_the_same_and_the_bytes_those_of_the_formula(alone):
    running = Running()
    alice = running.alice()
    traffic = alice.train()
    running.join()
    assert same(weights(alice.half, running.david.half), alone)
    assert traffic.total == running.david.traffic.total
    assert traffic.total == pytest.approx(halves.formula(TERMS, 40, TERMS.steps), rel=0.01)
    assert (alice.done, running.david.done, traffic.connections) == (6, 6, 1)
    assert running.said == running.heard == [] and running.error is None


@pytest.mark.parametrize("cuts", [[150_000], [1_000, 5_000, 150_000, 100], [139_500, 139_500]])
def test_a_connection_that_is_cut_is_resumed_without_a_lost_step(alone, cuts):
    """In the greeting, in a request, in an answer: no step is lost, and none made twice."""
    running = Running()
    alice = running.alice(Cutting(running.port, cuts).connect)
    traffic = alice.train()
    running.join()
    assert same(weights(alice.half, running.david.half), alone)
    assert traffic.connections == len(cuts) + 1 and 1 <= len(running.heard) <= len(cuts)
    assert len(running.david.half.losses) == running.david.done == TERMS.steps


def test_an_answer_that_was_lost_is_sent_again_not_computed_again():
    running = Running()
    alice = running.alice()
    first = next(halves.batches(TERMS))
    wire = alice._connected()
    body = alice.half.request(first)
    wire.send(Kind.REQUEST, 1, body)
    answer = wire.receive(10**6)
    wire.close()
    again = alice._connected()
    again.send(Kind.REQUEST, 1, body)
    assert again.receive(10**6) == answer
    assert running.david.done == len(running.david.half.losses) == 1
    again.send(Kind.REQUEST, 1, body[:-1] + b"x")
    kind, _, sentence = again.receive(10**6)
    assert kind == Kind.REFUSAL and b"step 1 was asked for after 1" in sentence
    again.close()
    running.join()
    assert "alice has made no step for 4 s, and 1 of 6 are done" in str(running.error)


def test_a_request_that_does_not_fit_and_an_early_farewell_cost_no_step(alone):
    """Alice is told, and another connection goes on where the training was."""
    running = Running()
    alice = running.alice()
    for kind, number, body, sentence in (
        (Kind.REQUEST, 1, b"no message", b"are not an slfkit message"),
        (Kind.END, 0, b"", b"alice sent END after step 0"),
    ):
        wire = alice._connected()
        wire.send(kind, number, body)
        got, _, text = wire.receive(10**6)
        assert got == Kind.REFUSAL and sentence in text
        wire.close()
    alice.train()
    running.join()
    assert same(weights(alice.half, running.david.half), alone)


@pytest.mark.parametrize(
    "stranger", [b"", b"GET / HTTP/1.1\r\n\r\n", bytes(1000), b"slf1" + bytes(13 + 32)]
)
def test_strangers_do_not_keep_david_from_alice(alone, stranger):
    running = Running()
    with running.connect() as foreign:
        foreign.sendall(stranger)
        if not stranger:
            foreign.close()
        alice = running.alice()
        alice.train()
    running.join()
    assert same(weights(alice.half, running.david.half), alone)
    assert len(running.said) == 1 and running.error is None


def test_an_alice_without_the_secret_or_with_other_terms_is_refused_and_told():
    running = Running(patience=Patience(frame=1.0, progress=1.0))
    with pytest.raises(MessageError, match="david does not know the shared secret"):
        running.alice(secret=b"quite another secret").train()
    running.join()
    assert running.david.done == 0 and running.david.half.losses == []
    running = Running(patience=Patience(frame=1.0, progress=1.0))
    other = Terms(**{**vars(TERMS), "crossover": 0.1})
    with pytest.raises(MessageError, match="david refuses: crossover is 0.3 here and 0.1 there"):
        running.alice(agreed=other).train()
    running.join()
    half = AliceHalf(Transceiver(seeded(1)), IMAGES, TERMS)
    with pytest.raises(MessageError, match="at least 16 bytes"):
        Alice(lambda: None, half, b"123456")


def test_an_alice_that_starts_anew_in_mid_training_is_refused():
    running = Running(patience=Patience(frame=1.0, progress=1.0))
    alice = running.alice()
    alice._trying(lambda wire: None)
    for number, which in enumerate(halves.batches(TERMS), start=1):
        alice.half.apply(alice._ask(number, alice.half.request(which), alice.wire))
        if number == 3:
            break
    alice.wire.close()
    with pytest.raises(MessageError, match="alice has had 0 steps and david has made 3"):
        running.alice().train()
    running.join()


def test_an_alice_who_says_nothing_ends_with_a_sentence(monkeypatch):
    monkeypatch.setattr(frames, "SHAKING", 0.5)
    running = Running(patience=Patience(frame=0.2, progress=0.5))
    began = time.monotonic()
    with running.connect():
        running.thread.join(10)
    assert "alice has made no step for 0.5 s, and 0 of 6 are done" in str(running.error)
    assert time.monotonic() - began < 3


def test_a_david_who_says_nothing_ends_with_a_sentence(monkeypatch):
    """He accepts and is silent; or there is none."""
    monkeypatch.setattr(frames, "SHAKING", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        half = AliceHalf(Transceiver(seeded(1)), IMAGES, TERMS)

        def connect():
            return socket.create_connection(("127.0.0.1", port), timeout=1)

        alice = Alice(connect, half, SECRET, Patience(frame=0.2, progress=0.3))
        with pytest.raises(WireError, match="david has answered nothing for 0.3 s after step 0"):
            alice.train()
    said = []
    alice.say = said.append
    with pytest.raises(WireError, match="david cannot be reached"):
        alice.train()
    assert len(said) == 1  # and not once for each try
