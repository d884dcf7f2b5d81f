"""Mutations of bytes and of plain JSON data, as hypothesis draws them."""

import copy
import random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st


def many(examples):
    """Return the settings of a test of so many examples, the same ones at each call."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _flip(message, at, value):
    byte = message[at] ^ (1 << value % 8)
    return message[:at] + bytes([byte]) + message[at + 1 :]


CHANGES = {
    "flip a bit": _flip,
    "replace a byte": lambda m, at, value: m[:at] + bytes([value % 256]) + m[at + 1 :],
    "delete bytes": lambda m, at, value: m[:at] + m[at + 1 + value % 64 :],
    "insert bytes": lambda m, at, value: m[:at] + bytes([value % 256]) * (1 + value % 40) + m[at:],
    "cut the end": lambda m, at, value: m[:at],
    "repeat a piece": lambda m, at, value: m[:at] + m[max(0, at - value % 64) :],
    "set a piece to zero": lambda m, at, value: m[:at] + bytes(min(8, len(m) - at)) + m[at + 8 :],
    "turn a piece": lambda m, at, value: m[:at] + m[at : at + 8][::-1] + m[at + 8 :],
}
PLACES = 10  # that an example is tried at: drawing it costs more than trying
KINDS = st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=3)
SEEDS = st.integers(0, 2**32)


def changed(message, kinds, seed):
    """Yield bytes after changes of these kinds, at places drawn from a seed."""
    draw = random.Random(seed)
    for _ in range(PLACES):
        result = message
        for kind in kinds:
            if result:
                at, value = draw.randrange(len(result)), draw.randrange(2**16)
                result = CHANGES[kind](result, at, value)
        yield result


def places(value, path=()):
    """Yield the path of every value in plain data."""
    yield path
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, name))


OTHERS = (
    *(None, True, False, 0, 1, -1, 10**400, 0.5, -1e-9, 1e308, float("nan"), float("inf")),
    *("", "0", "a" * 70, "\x1b[2J", "\ud800", [], [0], [[]], {}, {"": 0}, {"mse": 0.5}),
)


def edited(body, path, action):
    """Return plain data with the value at a path deleted, doubled or replaced."""
    body = copy.deepcopy(body)
    place = body
    for name in path[:-1]:
        place = place[name]
    if action == "delete":
        del place[path[-1]]
    elif action == "rename" and isinstance(place, dict):
        place[f"{path[-1]}x"] = place.pop(path[-1])
    elif action == "double" and isinstance(place, list):
        place.insert(path[-1], copy.deepcopy(place[path[-1]]))
    elif isinstance(action, int):
        place[path[-1]] = copy.deepcopy(OTHERS[action])
    return body


ACTION = st.one_of(st.sampled_from(["delete", "rename", "double"]), st.integers(0, len(OTHERS) - 1))
