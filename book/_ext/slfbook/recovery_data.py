"""The data of the tool on the page *Recovery time*: ways to mend a link, and what controls offer.

The page chooses in the browser as ``slfkit.experiments.choosing`` does here, from the states that
``ways_data`` hands over; a test drives its settings and compares the two. Importing this module
loads no torch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from matplotlib.ticker import EngFormatter

from slfkit.experiments.candidates import Candidate, by_way
from slfkit.experiments.pilot_figures import LINES
from slfkit.experiments.pilots import COARSE
from slfkit.experiments.untrained import ENCODER, map_name
from slfkit.experiments.ways import BEST, START, counted
from slfkit.experiments.ways import ENCODER as OWN
from slfkit.publish.findings import HURRY
from slfkit.records.spec import PARTS
from slfkit.reporting import style
from slfkit.reporting.intervals import t_quantile
from slfkit.reporting.rows import Row, grouped

MANTISSAS = (10, 15, 20, 30, 50, 70)  # steps of a slider within a decade, times ten
KEPT = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 92, 94, 95, 96, 97, 97.5, 98, 99)  # per cent
MOST_SEEDS = 30  # for as many the page knows Student's t
FAMILIES = {
    "slf": "SLF as the paper has it",
    "variants": "its variants",
    "untrained": "ways without training",
    "others": "others, never chosen",
}
STATE = ("epoch", "flops", "held_out", "held_out_accuracy", "mse", "accuracy")  # in this order
ENCODER_LOOK = {"color": style.INK, "marker": "*"}
Presets = Mapping[str, Sequence[Mapping[str, Any]]]
OTHER = {"color": "#6b6b6b", "marker": "d"}  # aligners without a look in the book's figures


def ways_data(candidates: Iterable[Candidate], reported: Iterable[Row]) -> list[dict[str, Any]]:
    """Return each way with its runs, a run for each seed and a state for each epoch.

    Args:
        candidates: of one world, from which the page chooses.
        reported: rows of ``ways`` in that world; other maps than those among the candidates are
            shown and never chosen, since only test images have seen them.
    """
    made = {name: _way(name, runs) for name, runs in by_way(candidates).items()}
    for group in grouped(filter(_is_other, reported), "way", "pilots").values():
        made.setdefault(_name(group[0]), _other(group))
    return list(made.values())


def _is_other(way: Row) -> bool:
    """Tell whether a way is shown where it cannot be chosen."""
    sent = way["payload"] in (BEST[1], "") and way["pilots"] in (0, *COARSE)
    return sent or way["way"] in (START, OWN)


def _name(way: Row) -> str:
    """Return a way's name, the same as that of its candidates, where it has any."""
    if way["way"] == OWN:
        return ENCODER
    if way["way"] == BEST[0]:
        return map_name(way["pilots"])
    return f"{way['way']}, {counted(way['pilots'])}" if way["pilots"] else way["way"]


def _way(name: str, runs: Mapping[int, Sequence[Candidate]]) -> dict[str, Any]:
    """Return a way that held-out images may choose."""
    return {
        "name": name,
        "family": family(name),
        "look": _own_look(name),
        "runs": [
            {
                "seed": seed,
                "down": states[0].bytes_down,
                "up": states[0].bytes_up,
                "old": states[0].old_link,
                "states": [[getattr(one, name) for name in STATE] for one in states],
            }
            for seed, states in runs.items()
        ],
    }


def family(name: str) -> str:
    """Return the family of a way that can be chosen."""
    if not name.startswith("f = "):
        return "untrained"
    return "variants" if ", " in name else "slf"


def _own_look(name: str) -> dict[str, Any]:
    """Return the look of a way that can be chosen: that of its f, hollow for a variant."""
    kind = family(name)
    if kind == "untrained":
        return _look(ENCODER_LOOK if name == ENCODER else LINES[BEST])
    return _look(style.look(int(name[4])), hollow=kind == "variants")


def _look(look: Mapping[str, Any], hollow: bool = False) -> dict[str, Any]:
    return {"color": look["color"], "marker": look["marker"], "hollow": hollow}


def _other(group: Sequence[Row]) -> dict[str, Any]:
    """Return a way that is shown and never chosen: nothing is known of it on held-out images."""
    way = group[0]["way"]
    own = {START: style.look(PARTS), OWN: ENCODER_LOOK}
    look = own.get(way) or LINES.get((way, BEST[1]), OTHER)
    return {
        "name": _name(group[0]),
        "family": "others",
        "look": _look(look, hollow=way == START),
        "runs": [_run(row) for row in group],
    }


def _run(way: Row) -> dict[str, Any]:
    down, up, flops = way["price"]
    state = {"epoch": 0, "flops": flops, "mse": way["mse"], "accuracy": way["accuracy"]}
    states, old = [[state.get(name) for name in STATE]], way.get("old")
    return {"seed": way["seed"], "down": down, "up": up, "old": old, "states": states}


def legend(ways: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what each marker means: a name and a look."""
    named: dict[str, Any] = {}
    for way in ways:
        named.setdefault(_meaning(way), way["look"])
    return [{"name": name, "look": look} for name, look in named.items()]


def _meaning(way: Mapping[str, Any]) -> str:
    if way["look"]["hollow"]:
        return "variant of SLF"
    if way["look"]["marker"] == OTHER["marker"]:
        return "other map"
    return re.split(", | from | in ", way["name"])[0]


def slider(
    values: Iterable[float], start: float, label: Callable[[float], str], last: float | None = None
) -> dict[str, Any]:
    """Return a slider's values, ascending, their labels, and where it starts.

    Args:
        start: put in where it is not among the values.
        last: the value that stands at the end, where there is one.
    """
    found = sorted({*values, start}, key=lambda value: (value == last, value))
    return {"values": found, "labels": list(map(label, found)), "start": found.index(start)}


def decades(low: int, high: int) -> list[float]:
    """Return steps from 10**low to 10**high."""
    steps = [float(f"{m}e{k - 1}") for k in range(low, high) for m in MANTISSAS]
    return [*steps, float(f"1e{high}")]


def sliders(presets: Presets) -> dict[str, dict[str, Any]]:
    """Return the sliders by the field of ``Need`` that they set; zero stands for no condition.

    They start where the first page is in a hurry.
    """
    units = {"downlink": (4, 9, "bit/s"), "uplink": (4, 9, "bit/s"), "power": (10, 15, "FLOP/s")}
    made = {}
    for name, (low, high, unit) in units.items():
        given = [one[name] for kind in presets.values() for one in kind if name in one]
        values = [*decades(low, high), *given]
        made[name] = slider(values, getattr(HURRY, name), EngFormatter(unit))
    deadlines, limits = [*decades(-2, 3), 0.0], [each / 100 for each in KEPT]
    made["deadline"] = slider(
        deadlines, HURRY.deadline, lambda s: EngFormatter("s")(s) if s else "none", last=0.0
    )
    made["old_link"] = slider(
        limits, HURRY.old_link, lambda share: f"≥ {100 * share:g} %" if share else "no limit"
    )
    return made


def page_data(
    ways: Sequence[Mapping[str, Any]], presets: Presets, pictures: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all that the page needs, as JSON takes it."""
    return {
        "ways": list(ways),
        "presets": presets,
        "pictures": pictures,
        "sliders": sliders(presets),
        "legend": legend(ways),
        "state": STATE,
        "families": FAMILIES,
        "student": [t_quantile(freedom) for freedom in range(1, MOST_SEEDS)],
        "fills": {"download": style.DAVID, "compute": style.TUNED, "upload": style.ALICE},
        "ink": style.INK,
    }
