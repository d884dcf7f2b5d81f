"""Draw the README's picture from stored records: python tools/readme_picture.py [PROFILE] [TARGET].

It shows what David decodes over one channel before SLF, after it for each f, and in his own pair.
"""

import sys

from slfkit.experiments import sweeps
from slfkit.records.store import project_root
from slfkit.reporting import panels

CROSSOVER = 0.3


def main(profile: str = "paper", target: str | None = None) -> None:
    """Write the picture as PNG to `target`, book/_static/result.png in the project unless given."""
    results = sweeps.channel_dissimilarity(profile, compute="none").run()
    rows = sweeps.at_crossover(results.pictures(), CROSSOVER)
    target = target or project_root() / "book" / "_static" / "result.png"
    panels.picture_rows(rows).savefig(
        target, dpi=120, facecolor="white", metadata={"Software": None}
    )
    print(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
