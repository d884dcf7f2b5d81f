"""What spares David's old partner, on one plane: the new link, the old link, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from slfkit.experiments.results import PAPER_LINK, recovery_of
from slfkit.records.spec import PARTS
from slfkit.reporting.intervals import factor, interval, text
from slfkit.reporting.rows import Row, along
from slfkit.sizes import POSITIONS, download_bytes, sender_bytes, upload_bytes

NEAR = math.log(1.05)  # the goal, ours: within 5 % on both links
MOST = 20_000  # bytes that a remedy may add, on the air and kept by David together
REACHED, MISSED, COSTLY, OPEN = "reached", "ruled out", "too many bytes", "undecided"
# how fine-tuning starts, and how the name goes on
RIDGE = "ridge"
STARTS = {
    "slf": "",
    "kept": ", David's weights",
    "k-means": ", k-means",
    "matched": ", renumbered",
    RIDGE: ", ridge first",
}
ENCODER, BEGUN = "David's encoder", f"f = {PARTS}{STARTS[RIDGE]}"  # what leaves David as he is
TABLE = {
    "Remedy": "name",
    "New link, times f = 0": "new",
    "Old link, MSE / before": "old",
    "Time (s)": "seconds",
    "Extra sent (kB)": "air",
    "Kept by David (kB)": "kept",
    "Goal": "goal",
    "Seeds": "seeds",
}
PARTNERS = {
    "Partners": "partners",
    "Decoders at f = 0 (kB)": "decoders",
    "Codebooks at f = 3 (kB)": "codebooks",
    "Sender's name (bits per image)": "bits",
    "Of an image's bits (%)": "share",
}


@dataclass(frozen=True)
class Remedy:
    """One way to align, with what it does to both links.

    Attributes:
        name: as tables and figures call it.
        frozen: f; None without SLF.
        new: logarithm of the new link's MSE over that of f = 0 as the paper has it, by seed.
        old: logarithm of the old link's MSE over that before the upload, by seed.
        seconds: recovery time at the paper's link and computer, by seed.
        air: bytes sent more than SLF sends at this f.
        kept: bytes that David keeps more for each partner.
        line: how fine-tuning starts, a key of ``STARTS``; or ``ENCODER``.
        mark: what a figure writes beside its point; empty: nothing.
    """

    name: str
    frozen: int | None
    new: Mapping[int, float]
    old: Mapping[int, float]
    seconds: Mapping[int, float]
    air: float = 0.0
    kept: float = 0.0
    line: str = "slf"
    mark: str = ""

    @property
    def near(self) -> bool | None:
        """Whether the intervals of both links lie within 5 %; None where they leave it open."""
        both = [ends(side.values()) for side in (self.new, self.old)]
        if max(lower for lower, _ in both) > NEAR:
            return False
        return True if max(upper for _, upper in both) <= NEAR else None

    @property
    def goal(self) -> str:
        """Whether both links are within 5 %, for 20 kB more or less."""
        if self.near is False:
            return MISSED
        if max(0, self.air) + self.kept > MOST:
            return COSTLY
        return REACHED if self.near else OPEN


def ends(logarithms: Iterable[float]) -> tuple[float, float]:
    """Return both ends of the 95 % interval; from one seed there is none, so all is possible.

    A value that is exactly zero for every seed is no measurement: nothing was changed.
    """
    values = list(logarithms)
    if not any(values):
        return 0.0, 0.0
    mean, half = interval(values)
    return (-math.inf, math.inf) if half is None else (mean - half, mean + half)


def plain(rows: Sequence[Row], line: str = "slf") -> list[Remedy]:
    """Return SLF itself at each f, with nothing done for the old partner.

    Args:
        rows: of ``who_pays`` at one mismatch, as ``home`` returns them; so below.
        line: of the rows to return, such as how fine-tuning starts, a key of ``STARTS``.
    """
    base = _first_of(rows)
    own = [row for row in rows if row["line"] == line and row["seed"] in base]
    found = []
    for f, of in along(own, "frozen").items():
        old = {row["seed"]: row["damage"] for row in of}
        name = f"f = {f}{STARTS.get(line, '')}"
        found.append(Remedy(name, f, _new(of, base), old, _seconds(of), line=line))
    return found


def kept(rows: Sequence[Row], line: str = "slf") -> list[Remedy]:
    """Return the remedy of keeping what the upload replaces, and using it for the old partner.

    It leaves the old link as it was, and costs as many bytes as the upload has, once for each
    partner; at f = 3 that is a codebook. At f = 4 nothing is replaced.
    """
    sizes = {row["frozen"]: row["bytes_up"] for row in rows}
    return [
        replace(
            one,
            name=f"{one.name}, {'codebook' if one.frozen == PARTS - 1 else 'parts'} kept",
            old=dict.fromkeys(one.old, 0.0),
            kept=sizes[one.frozen],
        )
        for one in plain(rows, line)
        if one.frozen < PARTS
    ]


def swapped(rows: Sequence[Row], pairs: Sequence[Row]) -> list[Remedy]:
    """Return what needs no SLF: Alice sends with David's encoder and codebook, which she downloads.

    So she speaks as his old partner does, and the old link stays as it was. It serves only where
    her images are of David's kind; the pairs are David's own on Alice's images and channel.
    """
    base = _first_of(rows)
    own = [row for row in pairs if row["seed"] in base]
    if not own:
        return []
    first = next(iter(base.values()))
    sent = sender_bytes(first["codewords"], first["dimension"])
    air = sent - first["bytes_down"] - first["bytes_up"]
    new = _new(own, base)
    old = dict.fromkeys(new, 0.0)
    seconds = dict.fromkeys(new, 8 * sent / PAPER_LINK.downlink)
    return [Remedy(f"{ENCODER}, no SLF", None, new, old, seconds, air, line=ENCODER)]


def begun(rows: Sequence[Row], starts: Sequence[Row]) -> list[Remedy]:
    """Return SLF at f = 4 that begins with Alice's last layer fitted to David's latents of pilots.

    Nothing is uploaded, so the old link stays as it was; the pilots are sent beside his network.
    """
    base = _first_of(rows)
    own = [row for row in starts if row["seed"] in base]
    if not own:
        return []
    new, air = _new(own, base), more_bytes(own[0])
    old = dict.fromkeys(new, 0.0)
    return [Remedy(BEGUN, PARTS, new, old, _seconds(own), air, line=RIDGE)]


def _first_of(rows: Sequence[Row]) -> dict[int, Row]:
    """Return the runs of f = 0 as the paper has it, by seed."""
    return {row["seed"]: row for row in rows if (row["line"], row["frozen"]) == ("slf", 0)}


def _new(rows: Sequence[Row], base: Mapping[int, Row]) -> dict[int, float]:
    """Return the logarithm of each run's MSE over that of f = 0, by seed."""
    return {row["seed"]: math.log(row["mse"] / base[row["seed"]]["mse"]) for row in rows}


def _seconds(rows: Sequence[Row]) -> dict[int, float]:
    return {row["seed"]: recovery_of(row, row["epochs_mse"], PAPER_LINK).total for row in rows}


def damage(row: Row, name: str = "old_link") -> float:
    """Return the logarithm of a link's MSE after an alignment over that before."""
    link = row[name]
    return math.log(link["after"]["mse"] / link["before"]["mse"])


def more_bytes(row: Row) -> float:
    """Return the bytes that are sent more than SLF sends at the same f; negative for fewer."""
    shape = row["codewords"], row["dimension"]
    slf = download_bytes(*shape) + upload_bytes(*shape, row["frozen"])
    return row["bytes_down"] + row["bytes_up"] - slf


def table(remedies: Sequence[Remedy]) -> list[Row]:
    """Return a row for each remedy: factors with intervals, seconds, kB and the goal."""
    return [
        {
            "name": one.name,
            "new": factor(one.new.values()),
            "old": factor(one.old.values()),
            "seconds": text(one.seconds.values(), "{:.2f}"),
            "air": f"{one.air / 1000:.1f}",
            "kept": f"{one.kept / 1000:.1f}",
            "goal": one.goal,
            "seeds": len(one.new),
        }
        for one in remedies
    ]


def partners(rows: Sequence[Row]) -> list[Row]:
    """Return what David keeps for many partners, and what each image then says of its sender.

    The sender's name takes ceil(log2 N) bits; an image has log2 K bits at each grid position.
    """
    sizes = {row["frozen"]: row["bytes_up"] / 1000 for row in rows}
    image = POSITIONS * math.log2(rows[0]["codewords"]) if rows else 0
    return [
        {
            "partners": count,
            "decoders": f"{count * sizes[0]:,.1f}" if 0 in sizes else "",
            "codebooks": f"{count * sizes[PARTS - 1]:,.1f}" if PARTS - 1 in sizes else "",
            "bits": (bits := (count - 1).bit_length()),
            "share": f"{100 * bits / image:.2f}",
        }
        for count in ((2, 10, 100) if rows else ())
    ]


def reached(remedies: Sequence[Remedy], none: str = "none") -> str:
    """Say which remedies reach the goal (or ``none``), which for more bytes, which are undecided.

    Returns:
        A sentence without its full stop; "" without remedies.
    """
    if not remedies:
        return ""
    good, more, open_ = (
        " or ".join(f"“{one.name}”" for one in remedies if (one.goal, one.near) == wanted)
        for wanted in ((REACHED, True), (COSTLY, True), (OPEN, None))
    )
    parts = [f"{good or none} ends within 5 % on both links for {MOST / 1000:g} kB or less"]
    parts += [f"{more} does for more"] if more else []
    parts += [f"undecided: {open_}"] if open_ else []
    return "; ".join(parts)
