"""What a city pays for mutual understanding, by scheme and number of users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from slfkit.experiments.results import recovery_of
from slfkit.recovery import Link, recovery_time
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row, along
from slfkit.sizes import FLOAT_BYTES, download_bytes

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
        aligner: bytes of one ridge map.
        codebook: bytes of the codewords.
        slf: f -> bytes sent, and recovery time in seconds, of one alignment by SLF.
        decoder: bytes of a codebook and decoder.
    """

    message: int
    fit: float
    aligner: int
    codebook: int
    slf: dict[int, tuple[float, float]]
    decoder: int


def prices(met: Sequence[Row], column: Sequence[Row], link: Link, kernel: int = 3) -> Prices | None:
    """Return what single steps cost, from a city's rows and those of Table I's column, if any.

    Args:
        met: rows of ``city``.
        column: rows of ``recovery``; means over their seeds.
        link: at which the time is modelled.
        kernel: of the ridge maps.
    """
    first = next((row for row in met if row["line"] == "meeting"), None)
    if first is None or not column:
        return None
    slf = {
        f: (
            fmean(row["bytes_down"] + row["bytes_up"] for row in rows),
            fmean(recovery_of(row, row["epochs_mse"], link).total for row in rows),
        )
        for f, rows in along(column, "frozen").items()
    }
    codewords, dimension = (column[0][key] for key in ("codewords", "dimension"))
    aligner = FLOAT_BYTES * (kernel**2 * dimension**2 + dimension)
    decoder = download_bytes(codewords, dimension)
    codebook = FLOAT_BYTES * codewords * dimension
    return Prices(first["message_bytes"], first["fit_flops"], aligner, codebook, slf, decoder)


def table(price: Prices | None, link: Link, counts: Sequence[int] = USERS) -> list[Row]:
    """Return a row for each scheme and number of users; everything happens in turn.

    Each upload of SLF below f = 4 overwrites what the last one has left, so that a user who is to
    understand N - 1 others keeps as many decoders beside his own. Without prices there is none.
    """
    if price is None:
        return []
    return [scheme(price, link, n) for n in counts for scheme in schemes(price)]


def schemes(price: Prices) -> list[Callable[[Prices, Link, int], Row]]:
    """Return what each scheme costs, as functions of prices, link and number of users."""
    trained = [partial(_pairwise_slf, f) for f in price.slf if f in (0, 4)]
    return [*trained, _trained_hub, _pairwise, _hub, _universe]


def _pairwise_slf(f: int, price: Prices, link: Link, n: int) -> Row:
    size, seconds = price.slf[f]
    pairs = n * (n - 1)
    kept = 1 if f == 4 else n
    return _row(f"pairwise, SLF f = {f}", n, pairs * size, pairs * seconds, pairs, kept, n)


def _trained_hub(price: Prices, link: Link, n: int) -> Row:
    """All but the hub download its decoder and fine-tune their encoders towards it at f = 4."""
    size, seconds = price.slf.get(4, (0.0, 0.0))
    return _row("hub, SLF f = 4", n, (n - 1) * size, (n - 1) * seconds, n - 1, 2, 2)


def _pairwise(price: Prices, link: Link, n: int) -> Row:
    """Everyone sends everyone a codebook and the indices of the pilots; a map for each pair."""
    pairs = n * (n - 1)
    time = recovery_time(pairs * price.message, pairs * price.fit, 0, link).total
    return _row("pairwise, ridge", n, pairs * price.message, time, 0, 1, 1)


def _hub(price: Prices, link: Link, n: int) -> Row:
    """All but the hub download its decoder and its pilots, and fit one map each."""
    size = (n - 1) * (price.decoder + price.message)
    time = recovery_time(size, (n - 1) * price.fit, 0, link).total
    return _row("hub, ridge", n, size, time, 0, 2, 1)


def _universe(price: Prices, link: Link, n: int) -> Row:
    """Everyone sends his pilots to a server, which sends back one map in and all codebooks and
    maps out.
    """
    up = n * price.message
    down = n * (price.aligner + (n - 1) * (price.aligner + price.codebook))
    time = recovery_time(down, 2 * n * price.fit, up, link).total
    return _row("universe, ridge", n, up + down, time, 0, 1, 1)


def _row(
    scheme: str, n: int, size: float, seconds: float, trainings: int, kept: int, encoders: int
) -> Row:
    return {
        "scheme": scheme,
        "users": n,
        "megabytes": size / 1e6,
        "seconds": seconds,
        "trainings": trainings,
        "kept": kept,
        "encoders": encoders,
    }
