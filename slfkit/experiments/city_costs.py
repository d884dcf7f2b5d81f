"""What a city pays for mutual understanding, by scheme and number of users."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from slfkit.experiments.results import recovery_of
from slfkit.recovery import Link, recovery_time
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row, along, grouped
from slfkit.sizes import FLOAT_BYTES, POSITIONS, download_bytes, index_bytes

Price = tuple[float, float]
USERS = (2, 10, 100, 1_000)
TABLE = columns(
    *("scheme", "users", "megabytes", "seconds", "trainings", "kept", "encoders"),
    scheme="Scheme",
    users="Users",
    megabytes="MB in all",
    seconds="Seconds in turn",
    trainings="Trainings",
    kept="Decoders kept by each",
    encoders="Encoders kept by each",
)


@dataclass(frozen=True)
class Prices:
    """What single steps cost.

    Attributes:
        message: bytes of one user's codebook and pilots.
        fit: operations of one ridge map.
        common: operations of finding the common space, per user.
        aligner, rotation: bytes of a ridge map and of a rotation.
        codebook: bytes of the codewords.
        decoder: bytes of a codebook and decoder.
        pair: f -> bytes sent, and recovery time in seconds, of one alignment by SLF.
        hubs: hub -> the same, the mean over the users who trained towards it.
    """

    message: int
    fit: float
    common: float
    aligner: int
    rotation: int
    codebook: int
    decoder: int
    pair: dict[int, Price]
    hubs: dict[str, Price]


def prices(met: Sequence[Row], column: Sequence[Row], link: Link, kernel: int = 3) -> Prices | None:
    """Return what single steps cost, from a city's rows and those of Table I's column, if any.

    Args:
        met: rows of ``city``.
        column: rows of ``recovery``; means over their seeds.
    """
    first = next((row for row in met if row["line"] == "meeting"), None)
    if first is None or not column:
        return None
    codewords, dimension = (column[0][key] for key in ("codewords", "dimension"))
    codebook = FLOAT_BYTES * codewords * dimension
    pilots = (first["message_bytes"] - codebook) // index_bytes(POSITIONS, codewords)
    return Prices(
        message=first["message_bytes"],
        fit=first["fit_flops"],
        common=_common(pilots, dimension),
        aligner=FLOAT_BYTES * (kernel**2 * dimension**2 + dimension),
        rotation=FLOAT_BYTES * (dimension**2 + dimension),
        codebook=codebook,
        decoder=download_bytes(codewords, dimension),
        pair={f: _price(rows, link) for f, rows in along(column, "frozen").items()},
        hubs={hub: _price(rows, link) for (hub,), rows in grouped(met, "hub").items() if hub},
    )


def _common(pilots: int, dimension: int) -> int:
    """Return the operations per user of generalised Procrustes: a rotation in every round."""
    from slfkit.aligners.universe import ROUNDS  # loads torch, which other tables do without
    from slfkit.aligners.work import rotation_flops

    return (ROUNDS + 1) * rotation_flops(pilots, dimension)


def _price(rows: Sequence[Row], link: Link) -> Price:
    """Return bytes and seconds of an alignment by SLF, means over rows."""
    return (
        fmean(row["bytes_down"] + row["bytes_up"] for row in rows),
        fmean(recovery_of(row, row["epochs_mse"], link).total for row in rows),
    )


def table(price: Prices | None, link: Link) -> list[Row]:
    """Return a row for each number of users and scheme; everything happens in turn.

    Each upload of SLF below f = 4 overwrites what the last one has left, so that a user who is to
    understand N - 1 others keeps as many decoders beside his own. Without prices there is none.
    """
    return [row for n in USERS for row in _schemes(price, link, n)] if price else []


def _schemes(price: Prices, link: Link, n: int) -> Iterator[Row]:
    """Yield what each scheme costs n users."""
    # By SLF each ordered pair aligns, or all but the hub train towards its decoder at f = 4. For
    # pairwise maps everyone sends everyone a codebook and the indices of the pilots; for a hub's,
    # all but the hub download its decoder and pilots.
    pairs, others = n * (n - 1), n - 1
    for f in filter(price.pair.__contains__, (0, 4)):
        size, seconds = price.pair[f]
        kept = 1 if f == 4 else n
        yield _row(f"pairwise, SLF f = {f}", n, pairs * size, pairs * seconds, pairs, kept, n)
    for hub, (size, seconds) in price.hubs.items():
        yield _row(f"hub {hub}, SLF f = 4", n, others * size, others * seconds, others, 2, 2)
    for name, count, size, kept in (
        ("pairwise, ridge", pairs, price.message, 1),
        ("hub, ridge", others, price.decoder + price.message, 2),
    ):
        time = recovery_time(count * size, count * price.fit, 0, link).total
        yield _row(name, n, count * size, time, 0, kept, 1)
    rotations, maps = n * price.common, n * (price.common + 2 * price.fit)
    yield _universe("universe, Procrustes", price, link, n, price.rotation, rotations)
    yield _universe("universe, ridge", price, link, n, price.aligner, maps)


def _universe(name: str, price: Prices, link: Link, n: int, aligner: int, work: float) -> Row:
    """Price pilots sent to a server, and back one map in, and of all others codebooks and maps."""
    up, down = n * price.message, n * (aligner + (n - 1) * (aligner + price.codebook))
    return _row(name, n, up + down, recovery_time(down, work, up, link).total, 0, 1, 1)


def _row(scheme: str, n: int, size: float, *spent: float) -> Row:
    """Return a row of the table: the bytes in MB, and the seconds, trainings and networks spent."""
    return dict(zip(TABLE.values(), (scheme, n, size / 1e6, *spent), strict=True))
