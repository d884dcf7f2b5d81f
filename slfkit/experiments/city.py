"""A city: many transceivers, every ordered link, and what mutual understanding costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations, product
from statistics import fmean, variance

from slfkit.errors import ParameterError
from slfkit.experiments.city_figures import matrices
from slfkit.experiments.grid import Cell, Scale, alignment_spec
from slfkit.experiments.pilots import full, sizes
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.records.pilots import MeetingSpec
from slfkit.records.spec import PARTS, TransceiverSpec
from slfkit.reporting.intervals import half_width, times
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.sentences import with_basis

PILOTS = 100  # a public set
CITIZENS = {"T1": 4, "T2": 3, "T3": 3}  # seeds of each, so that ten users differ
FEW = {"T1": 2, "T2": 1, "T3": 1}  # of a small profile
HUBS = ("T1.0", "T3.0")  # one of each source, the first seed: chosen before its links were seen
MAPS = {
    "unaligned": "unaligned",
    "pairwise": "pairwise, ridge",
    "rotations": "universe, Procrustes",
    "universe": "universe, ridge",
}
SUMMARY = columns(
    *("scheme", "dd", "pp", "dp", "pd"),
    scheme="Scheme",
    dd="Among digit users",
    pp="Among photo users",
    dp="Digits to photo users",
    pd="Photos to digit users",
)


def schemes(hubs: Sequence[str] = HUBS) -> dict[str, str]:
    """Return the schemes, key -> name; two for each hub."""
    names = {mapped: "ridge", trained: "SLF"}
    return MAPS | {key(hub): f"hub {hub}, {way}" for hub in hubs for key, way in names.items()}


def mapped(hub: str) -> str:
    """Return the key of the scheme in which all map to a hub's decoder."""
    return f"hub {hub}"


def trained(hub: str) -> str:
    """Return the key of the scheme in which all train towards a hub's decoder, at f = 4."""
    return f"trained hub {hub}"


def citizens(scale: Scale) -> dict[str, TransceiverSpec]:
    """Return the members by name, such as "T1.0": a kind of transceiver and its seed."""
    counts = CITIZENS if full(scale) else FEW
    return {
        f"{name}.{seed}": scale.users(seed)[name]
        for name, count in counts.items()
        for seed in range(count)
    }


def links(rows: Sequence[Row], hubs: Sequence[str] = HUBS) -> list[Row]:
    """Return a row for each scheme and ordered link between two users.

    With a hub all users hear through its decoder, so a link is as good as that from its sender to
    the hub, and the hub's own is its own pair's. ``normalised`` is the MSE over the variance of
    the pixels sent, since the sources differ.
    """
    met = [row for row in rows if row["line"] == "meeting"]
    made = [
        _link(one["scheme"], row, row["members"][one["receiver"]], one)
        for row in met
        for one in row["links"]
    ]
    return made + [link for hub in hubs for link in _through(hub, rows, met, made)]


def _through(hub: str, rows: Sequence[Row], met: Sequence[Row], made: Sequence[Row]) -> list[Row]:
    """Return the links through a hub's decoder, by ridge maps to it and by training towards it."""
    own = [row for row in met if row["sender"] == hub]
    maps = [link for link in made if (link["scheme"], link["receiver"]) == ("pairwise", hub)]
    runs = [row for row in rows if row.get("hub") == hub]
    ways = {mapped(hub): maps, trained(hub): runs}
    heard_by = {scheme: {one["sender"]: one for one in (*ways[scheme], *own)} for scheme in ways}
    return [
        _link(scheme, row, receiver["sender"], heard[row["sender"]])
        for scheme, heard in heard_by.items()
        if ways[scheme]
        for row, receiver in permutations(met, 2)
        if row["sender"] in heard
    ]


def _link(scheme: str, row: Row, receiver: str, tested: Row) -> Row:
    return {
        "scheme": scheme,
        "sender": row["sender"],
        "receiver": receiver,
        "mse": tested["mse"],
        "accuracy": tested["accuracy"],
        "normalised": tested["mse"] / tested.get("pixel_variance", row["pixel_variance"]),
        "group": kind(row["sender"]) + kind(receiver),
    }


def kind(user: str) -> str:
    """Return what a user knows: "d" for digits, T1's and T2's source, "p" for photos, T3's."""
    return "p" if user.startswith("T3") else "d"


def summary(
    rows: Sequence[Row], hubs: Sequence[str] = HUBS, metric: str = "normalised"
) -> list[Row]:
    """Return a row for each scheme: means over the links within each source and between, as texts.

    Args:
        metric: "normalised", with geometric means, or "accuracy", in per cent.
    """
    made = grouped(links(rows, hubs), "scheme", "group")
    return [
        {"scheme": name}
        | {to: _text(made[scheme, to], metric) for to in SUMMARY.values() if (scheme, to) in made}
        for scheme, name in schemes(hubs).items()
        if any(key[0] == scheme for key in made)
    ]


def _text(made: Sequence[Row], metric: str) -> str:
    """Write the mean of a metric over links, with its interval."""
    if metric == "accuracy":
        mean, half = over_users(made, lambda link: 100 * link["accuracy"])
        return f"{mean:.1f}" + (f" ± {half:.1f}" if half else "")
    mean, half = over_users(made, logarithm)
    if not half:
        return f"{math.exp(mean):.3f}"
    return f"{math.exp(mean):.3f} ({math.exp(mean - half):.3f} to {math.exp(mean + half):.3f})"


def logarithm(link: Row) -> float:
    """Return the logarithm of a link's MSE over the variance of the pixels sent."""
    return math.log(link["normalised"])


def over_users(made: Sequence[Row], of: Callable[[Row], float]) -> tuple[float, float | None]:
    """Return the mean over links and half its 95 % interval, by the jackknife over users.

    Links of one user are not independent: each user is left out, with all its links, in turn, those
    of either source apart. The half width is None where too few are left.
    """
    parts = []
    for one in dict.fromkeys("".join(link["group"] for link in made)):
        values = [*pseudo_values(made, of, one).values()]
        if len(values) < 2:
            return fmean(map(of, made)), None
        parts.append((variance(values) / len(values), len(values) - 1))
    return fmean(map(of, made)), half_width(parts)


def pseudo_values(made: Sequence[Row], of: Callable[[Row], float], source: str) -> dict[str, float]:
    """Return Tukey's pseudo-values of the mean over links, for each user of a source.

    None for users without whom no link is left.
    """
    ends = {end for link in made for end in (link["sender"], link["receiver"])}
    users = sorted(end for end in ends if kind(end) == source)
    rest = {user: [x for x in made if user not in (x["sender"], x["receiver"])] for user in users}
    whole = fmean(map(of, made))
    return {
        user: len(users) * whole - (len(users) - 1) * fmean(map(of, others))
        for user, others in rest.items()
        if others
    }


def matrix(rows: Sequence[Row], scheme: str, hubs: Sequence[str] = HUBS) -> list[Row]:
    """Return one scheme's MSEs over the variance: a row per sender, a column per receiver."""
    named = [link for link in links(rows, hubs) if link["scheme"] == scheme]
    blank = dict.fromkeys(link["sender"] for link in named)  # no link to itself
    return [
        {"From": sender} | blank | {link["receiver"]: f"{link['normalised']:.3f}" for link in group}
        for (sender,), group in grouped(named, "sender").items()
    ]


def missing_schemes(rows: Sequence[Row], hubs: Sequence[str] = HUBS) -> list[str]:
    """Return the names of the schemes without a single link."""
    there = {link["scheme"] for link in links(rows, hubs)}
    return [name for scheme, name in schemes(hubs).items() if scheme not in there]


def by_start(rows: Sequence[Row]) -> str:
    """Say whether maps gain from users of one seed, who began with the same random weights."""
    made = [
        {**link, "kind": link["receiver"][:2], "alike": link["sender"][2:] == link["receiver"][2:]}
        for link in links(rows, ())
        if link["scheme"] == "pairwise" and link["sender"][:2] != link["receiver"][:2]
    ]
    logs = []
    for group in grouped(made, "sender", "kind").values():
        means = {alike: fmean(map(logarithm, of)) for alike, of in along(group, "alike").items()}
        logs += [means[False] - means[True]] if len(means) == 2 else []
    if not logs:
        return ""
    return (
        "Maps do not need users who began with the same random weights, as those of one seed do: "
        f"to other seeds a pairwise map's MSE is {times(logs)} that within a seed."
    )


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say how a link between users of one source fares by each scheme, and what hubs bring."""
    met = [row for row in rows if row["line"] == "meeting"]
    if not met:
        return ""
    hubs = list(dict.fromkeys(row["hub"] for row in rows if row["line"] == "slf"))
    made = {row["scheme"]: row for row in summary(rows, hubs)}
    values = {scheme: made[name]["dd"] for scheme, name in MAPS.items()}
    own = fmean(
        math.log(row["mse"] / row["pixel_variance"]) for row in met if kind(row["sender"]) == "d"
    )
    return (
        f"Among {len(met)} users, no two trained together, a link between two digit users has a "
        f"geometric mean MSE of {values['unaligned']} times the variance of the pixels. A ridge "
        f"map for each pair brings it to {values['pairwise']}, beside {math.exp(own):.3f} of their "
        f"own pairs; through a common space it is {values['universe']} with ridge maps and "
        f"{values['rotations']} with rotations{_by_training(made, hubs)}"
    )


def _by_training(made: Mapping[str, Row], hubs: Sequence[str]) -> str:
    """Say what training towards a hub brings to digits and photos; "" without runs."""
    if not hubs:
        return ""
    of = [(hub, made[schemes(hubs)[trained(hub)]]) for hub in hubs]
    parts = [f"{row['dd']} and {row.get('pp', '')} with {hub}'s decoder" for hub, row in of]
    return (
        f". SLF at f = {PARTS} towards one decoder for all leaves, for digits and for photos, "
        f"{'; '.join(parts)}"
    )


@experiment(
    "13_city",
    place=9,
    table=summary,
    figure=lambda rows: matrices(links(rows), schemes()),
    finding=finding,
)
def city(
    setup: Setup, pilots: int = PILOTS, kernel: int = 3, hubs: Sequence[str] = HUBS
) -> Iterator[Cell]:
    """Every ordered link of a city of ten, by each scheme; seeds are of pilots and noise.

    Args:
        pilots: n, images of the public set.
        kernel: neighbourhood of the ridge maps, an odd number.
        hubs: members towards whose decoder all others fine-tune.
    """
    members = citizens(setup.scale)
    if kernel > 0 and kernel % 2 == 0:
        raise ParameterError(f"kernel {kernel} has no middle: choose an odd number")
    for hub in hubs:
        if hub not in members:
            raise ParameterError(f"hub {hub!r} is not a member: choose {', '.join(members)}")
    users, tested = tuple(members.values()), sizes(setup.scale)
    for seed in setup.seeds():
        for k, name in enumerate(members):
            labels = {"line": "meeting", "sender": name, "members": tuple(members), "seed": seed}
            yield Cell(labels, MeetingSpec(users, k, pilots, kernel, seed=seed, **tested))
        for hub, name in product(hubs, members):
            if name != hub:
                labels = {"line": "slf", "sender": name, "hub": hub, "frozen": PARTS, "seed": seed}
                to_hub = (members[name], members[hub], members[name].crossover, PARTS, seed)
                yield Cell(labels, alignment_spec(setup.scale, *to_hub))
