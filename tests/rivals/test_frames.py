"""Frames over a pair of sockets: whole, authentic, bounded, and never waited for without end."""

import socket
import struct
import threading
import time
from unittest.mock import Mock

import pytest

from slfkit.errors import MessageError, WireError
from slfkit.rivals import frames
from slfkit.rivals.frames import Kind, Traffic, Wire

SECRET = b"a secret of both sides"
SIDES = ("alice", "david")


@pytest.fixture
def ends():
    """Alice's wire and David's, not yet greeted."""
    sockets = socket.socketpair()
    wires = [Wire(*end, Traffic(), 1.0) for end in zip(sockets, SIDES, strict=True)]
    yield wires
    for wire in wires:
        wire.close()


def greeted(alice, david, secret=SECRET):
    """Greet in both directions; return David's error, if any."""
    caught = []

    def other():
        try:
            frames.greet(david, secret)
        except (MessageError, WireError) as error:
            caught.append(error)
            david.close()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        frames.greet(alice, SECRET)
    finally:
        thread.join()
    return caught


def test_a_frame_arrives_whole_and_counted_and_one_sent_back_is_refused(ends):
    alice, david = ends
    assert greeted(alice, david) == [] and alice.key == david.key != b""
    before = alice.traffic.sent
    alice.send(Kind.REQUEST, 7, b"body")
    assert david.receive(4) == (Kind.REQUEST, 7, b"body")
    assert alice.traffic.sent - before == 4 + frames.OVERHEAD
    assert david.traffic.received == alice.traffic.sent
    assert alice.traffic.total == alice.traffic.sent + alice.traffic.received
    alice.send(Kind.REQUEST, 1, b"body")
    copy = david.connection.recv(1000)
    david.connection.sendall(copy)
    with pytest.raises(WireError, match="a frame of david was changed"):
        alice.receive(100)


def test_each_connection_has_a_key_of_its_own():
    keys = set()
    for _ in range(2):
        sockets = socket.socketpair()
        alice, david = (Wire(*end, Traffic(), 1.0) for end in zip(sockets, SIDES, strict=True))
        greeted(alice, david)
        keys.add(alice.key)
        alice.close()
        david.close()
    assert len(keys) == 2


def test_one_who_does_not_know_the_secret_is_refused_on_both_sides_and_a_short_one_at_once(ends):
    alice, david = ends
    with pytest.raises(MessageError, match="david does not know the shared secret"):
        greeted(alice, david, b"another secret, as long")
    assert alice.key == b""
    with pytest.raises(MessageError, match="the shared secret has 5 bytes"):
        frames.check_secret(b"short")
    assert frames.check_secret(SECRET) == SECRET


def test_a_stranger_is_refused_by_david(ends):
    alice, david = ends
    alice.connection.sendall(b"GET / HTTP/1.1\r\nHost: david\r\n\r\n")
    with pytest.raises(MessageError, match="alice speaks another language"):
        frames.greet(david, SECRET)


def test_a_closed_connection_is_named(ends):
    alice, david = ends
    alice.close()
    with pytest.raises(WireError, match="alice has closed the connection"):
        david.receive(100)


def test_a_recorded_proof_opens_nothing(ends):
    """David's nonce is new each time, so what Alice once sent does not fit it."""
    alice, david = ends
    alice.connection = Mock(wraps=alice.connection)
    greeted(alice, david)
    ours, his = socket.socketpair()
    ours.sendall(b"".join(call.args[0] for call in alice.connection.sendall.call_args_list))
    with Wire(his, "david", Traffic(), 1.0) as again, ours:
        with pytest.raises(MessageError, match="does not know the shared secret"):
            frames.greet(again, SECRET)


@pytest.mark.parametrize("place", [4, 5, 12, 20, 30])
def test_a_changed_bit_is_noticed(ends, place):
    """In kind, number, length's neighbour, body or digest; a changed length ends in silence."""
    alice, david = ends
    greeted(alice, david)
    alice.send(Kind.REQUEST, 1, b"a body of some length")
    copy = bytearray(david.connection.recv(1000))
    copy[place] ^= 1
    alice.connection.sendall(copy)
    with pytest.raises((WireError, MessageError)):
        david.receive(100, 0.2)


def test_a_body_beyond_the_bound_is_refused_before_it_is_read(ends):
    alice, david = ends
    alice.connection.sendall(struct.pack("!4sBQI", b"slf1", Kind.REQUEST, 1, 2**32 - 1))
    with pytest.raises(MessageError, match="announces 4294967295 bytes where at most 100"):
        david.receive(100)


def test_silence_ends_in_a_sentence_and_so_does_a_peer_that_takes_nothing(ends):
    _, david = ends
    began = time.monotonic()
    with pytest.raises(WireError, match="alice has been silent for too long"):
        david.receive(100, 0.1)
    assert time.monotonic() - began < 2
    alice, _ = ends
    alice.timeout = 0.1
    with pytest.raises(WireError, match="david takes nothing more"):
        alice.send(Kind.REQUEST, 1, bytes(50_000_000))


def test_a_trickle_of_bytes_does_not_stretch_the_time(ends):
    """The time is that of a whole frame, not of each piece."""
    alice, david = ends
    stop = threading.Event()

    def trickle():
        for byte in struct.pack("!4sBQI", b"slf1", Kind.REQUEST, 1, 50) + bytes(50):
            if stop.wait(0.05):
                return
            alice.connection.sendall(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    with pytest.raises(WireError, match="silent for too long"):
        david.receive(100, 0.3)
    stop.set()
    thread.join()
    assert time.monotonic() - began < 2
