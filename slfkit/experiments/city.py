"""A city: many transceivers, every ordered link, and what mutual understanding costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean, median

from slfkit.errors import ParameterError
from slfkit.experiments.city_figures import matrices
from slfkit.experiments.grid import Cell, Scale, alignment_spec
from slfkit.experiments.pilots import full, sizes
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.records.meetings import MeetingSpec
from slfkit.records.spec import PARTS, TransceiverSpec
from slfkit.reporting.metrics import METRICS, columns
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.sentences import with_basis

PILOTS = 100  # a public set
CITIZENS = {"T1": 4, "T2": 3, "T3": 3}  # seeds of each, so that ten users differ
FEW = {"T1": 2, "T2": 1, "T3": 1}  # of a small profile
SCHEMES = {
    "unaligned": "unaligned",
    "pairwise": "pairwise, ridge",
    "hub": "hub, ridge",
    "trained hub": "hub, SLF f = 4",
    "rotations": "universe, Procrustes",
    "universe": "universe, ridge",
}
SUMMARY = columns(
    *("scheme", "near", "far", "accuracy_near", "accuracy_far", "links"),
    scheme="Scheme",
    near="MSE / variance, one source",
    far="Two sources",
    accuracy_near="Accuracy, one source (%)",
    accuracy_far="Two sources (%)",
    links="Links",
)


def citizens(scale: Scale) -> dict[str, TransceiverSpec]:
    """Return the members by name, such as "T1.0": a kind of transceiver and its seed."""
    counts = CITIZENS if full(scale) else FEW
    return {
        f"{kind}.{seed}": scale.users(seed)[kind]
        for kind, count in counts.items()
        for seed in range(count)
    }


def links(rows: Sequence[Row], hub: str) -> list[Row]:
    """Return a row for each scheme and ordered link between two users.

    With a hub all users hear through its decoder, so a link is as good as that from its sender to
    the hub, and the hub's own is its own pair's. ``normalised`` is the MSE over the variance of
    the pixels sent, since the sources differ.
    """
    met = [row for row in rows if row["line"] == "meeting"]
    names = [row["sender"] for row in met]
    made = [
        _link(one["scheme"], row, row["members"][one["receiver"]], one)
        for row in met
        for one in row["links"]
    ]
    pairwise = [link for link in made if link["scheme"] == "pairwise"]
    towards = {link["sender"]: link for link in pairwise if link["receiver"] == hub}
    trained = {row["sender"]: row for row in rows if row["line"] == "slf"}
    own = {row["sender"]: row for row in met if row["sender"] == hub}
    for scheme, aligned in (("hub", towards), ("trained hub", trained)):
        heard = aligned | own if aligned else {}
        made += [
            _link(scheme, row, receiver, heard[row["sender"]])
            for row in met
            for receiver in names
            if receiver != row["sender"] and row["sender"] in heard
        ]
    return made


def _link(scheme: str, row: Row, receiver: str, tested: Row) -> Row:
    near = row["sender"][:2] == "T3", receiver[:2] == "T3"
    return {
        "scheme": scheme,
        "sender": row["sender"],
        "receiver": receiver,
        "mse": tested["mse"],
        "accuracy": tested["accuracy"],
        "normalised": tested["mse"] / tested.get("pixel_variance", row["pixel_variance"]),
        "near": near[0] == near[1],
    }


def summary(rows: Sequence[Row], hub: str) -> list[Row]:
    """Return a row for each scheme: medians over the links, users of one source apart from others.

    Links of one user are not independent, so no interval is given.
    """
    made = links(rows, hub)
    return [
        {
            "scheme": SCHEMES[scheme],
            "near": _median(group, "normalised", True, "{:.3f}", 1),
            "far": _median(group, "normalised", False, "{:.3f}", 1),
            "accuracy_near": _median(group, "accuracy", True, "{:.1f}", 100),
            "accuracy_far": _median(group, "accuracy", False, "{:.1f}", 100),
            "links": len(group),
        }
        for scheme in SCHEMES
        for group in ([link for link in made if link["scheme"] == scheme],)
        if group
    ]


def _median(group: Sequence[Row], metric: str, near: bool, form: str, scale: float) -> str:
    values = [scale * link[metric] for link in group if link["near"] == near]
    return form.format(median(values)) if values else ""


def matrix(rows: Sequence[Row], scheme: str, hub: str) -> list[Row]:
    """Return one scheme's MSEs as a table: a row for each sender, a column for each receiver."""
    named = [link for link in links(rows, hub) if link["scheme"] == scheme]
    blank = dict.fromkeys(link["sender"] for link in named)  # no link to itself
    return [
        {"From": sender}
        | blank
        | {link["receiver"]: METRICS["mse"].brief.format(link["mse"]) for link in group}
        for (sender,), group in grouped(named, "sender").items()
    ]


def missing_schemes(rows: Sequence[Row], hub: str) -> list[str]:
    """Return the names of the schemes without a single link."""
    there = {link["scheme"] for link in links(rows, hub)}
    return [name for scheme, name in SCHEMES.items() if scheme not in there]


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say how the median link between users of one source fares by each scheme."""
    met = [row for row in rows if row["line"] == "meeting"]
    if not met:
        return ""
    made = [link for link in links(rows, met[0]["sender"]) if link["near"]]
    values = {
        scheme: median(link["normalised"] for link in made if link["scheme"] == scheme)
        for scheme in ("unaligned", "pairwise", "universe", "rotations")
    }
    own = fmean(row["mse"] / row["pixel_variance"] for row in met)
    return (
        f"Among {len(met)} users, no two trained together, the median link between two of one "
        f"source has an MSE of {values['unaligned']:.2f} times the variance of the pixels. A ridge "
        f"map for each pair brings it to {values['pairwise']:.3f}; the users' own pairs average "
        f"{own:.3f}. Through a common space it is {values['universe']:.3f} with ridge maps and "
        f"{values['rotations']:.3f} with rotations{_by_training(rows)}"
    )


def _by_training(rows: Sequence[Row]) -> str:
    """Say what training towards one hub brings, within a source and between; "" without runs."""
    hub = next((row["hub"] for row in rows if row["line"] == "slf"), None)
    if hub is None:
        return ""
    made = {row["scheme"]: row for row in summary(rows, hub)}
    trained, mapped = (made[SCHEMES[name]] for name in ("trained hub", "pairwise"))
    return (
        f"; with {hub}'s decoder for all and SLF at f = {PARTS} it is {trained['near']}, and "
        f"between sources {trained['far']}, where pairwise maps leave {mapped['far']}"
    )


@experiment(
    "13_city",
    place=lambda labels: (9,),
    table=lambda rows: summary(rows, "T1.0"),
    figure=lambda rows: matrices(links(rows, "T1.0"), SCHEMES),
    finding=finding,
)
def city(setup: Setup, pilots: int = PILOTS, kernel: int = 3, hub: str = "T1.0") -> Iterator[Cell]:
    """Every ordered link of a city of ten, by each scheme; seeds are of pilots and noise.

    Args:
        pilots: n, images of the public set.
        kernel: neighbourhood of the ridge maps, an odd number.
        hub: the member whose decoder all others would fine-tune towards.
    """
    members = citizens(setup.scale)
    if kernel > 0 and kernel % 2 == 0:
        raise ParameterError(f"kernel {kernel} has no middle: choose an odd number")
    if hub not in members:
        raise ParameterError(f"hub {hub!r} is not a member: choose {', '.join(members)}")
    users, tested = tuple(members.values()), sizes(setup.scale)
    for seed in setup.seeds():
        for k, name in enumerate(members):
            labels = {"line": "meeting", "sender": name, "members": tuple(members), "seed": seed}
            yield Cell(labels, MeetingSpec(users, k, pilots, kernel, seed=seed, **tested))
        for name, alice in members.items():
            if name != hub:
                labels = {"line": "slf", "sender": name, "hub": hub, "frozen": PARTS, "seed": seed}
                to_hub = (setup.scale, alice, members[hub], alice.crossover, PARTS, seed)
                yield Cell(labels, alignment_spec(*to_hub))
