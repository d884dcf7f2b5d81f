"""The cost of freezing everything in two parts: what David's parts cost, and what is not reached.

At f = 4 Alice trains her encoder alone, against all of David's parts. His own encoder is one she
could arrive at, so his matched pair, on her images and over her air, shows a quality that f = 4 can
reach. What the pair lies above f = 0 is the price of keeping his parts; what f = 4 lies above the
pair is what her training has not found.
"""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.reporting.intervals import interval, text
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row

ENDS = {"none": "f = 0", "own": "David's pair", "all": "f = 4"}


def columns(axis: str) -> dict[str, str]:
    """Return the headings of the table over an axis, "crossover" or "alpha"."""
    return {SIGNS[axis]: axis, **{name: key for key, name in ENDS.items()},
            "His parts (%)": "parts", "Unreached (%)": "unreached", "Seeds": "seeds"}  # fmt: skip


def split(rows: Sequence[Row], axis: str) -> list[Row]:
    """Return for each value of the axis the costs of each seed that has all three runs.

    Returns:
        Rows with the axis's value and, by seed, ``none``, ``own`` and ``all`` (MSE of f = 0, of
        David's own pair, of f = 4), ``parts`` (own over none) and ``unreached`` (all over own),
        both less 1, as shares.
    """
    found = []
    for value in sorted({row[axis] for row in rows}):
        by = {(row["line"], row.get("frozen"), row["seed"]): row["mse"] for row in rows
              if row[axis] == value}  # fmt: skip
        costs = [_costs(by, seed) for seed in sorted({row["seed"] for row in rows})]
        known = [one for one in costs if one]
        if known:
            found.append({axis: value, **{key: [one[key] for one in known] for key in known[0]}})
    return found


def _costs(by: dict[tuple, float], seed: int) -> dict[str, float]:
    none, own, all_ = (by.get((*key, seed)) for key in (("slf", 0), ("matched", None), ("slf", 4)))
    if None in (none, own, all_):
        return {}
    return {"none": none, "own": own, "all": all_, "parts": own / none - 1,
            "unreached": all_ / own - 1}  # fmt: skip


def table(rows: Sequence[Row], axis: str) -> list[Row]:
    """Return ``split`` as texts, mean ± 95 % half width over seeds; shares in per cent."""
    return [
        {axis: one[axis], "seeds": len(one["own"]),
         **{key: text(one[key], "{:.4f}") for key in ENDS},
         **{key: text([100 * share for share in one[key]], "{:+.0f}")
            for key in ("parts", "unreached")}}
        for one in split(rows, axis)
    ]  # fmt: skip


def finding(rows: Sequence[Row], axis: str) -> str:
    """Say in a sentence how large both parts are, and where David's parts cost least."""
    parts = {one[axis]: {key: interval(one[key])[0] for key in ("parts", "unreached")}
             for one in split(rows, axis)}  # fmt: skip
    if not parts:
        return "The cost of freezing cannot be split: no cell has f = 0, f = 4 and David's pair."
    least = min(parts, key=lambda value: parts[value]["parts"])
    return (
        f"Even with David's own encoder his parts cost {_range(parts, 'parts')} in MSE over f = 0, "
        f"least at {SIGNS[axis]} = {least:g}, and f = 4 lies {_range(parts, 'unreached')} above "
        f"that pair."
    )


def _range(parts: dict[float, dict[str, float]], key: str) -> str:
    shares = [100 * one[key] for one in parts.values()]
    return f"{min(shares):+.0f} to {max(shares):+.0f} %"
