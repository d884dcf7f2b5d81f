"""``python -m benchmarks``: measure, print, and keep with ``--save``."""

import click
import torch

from . import machine, report
from .bounds import judge
from .scene import Scene, source_at_hand, usual_size
from .sections import SECTIONS


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--device",
    "devices",
    type=click.Choice(["cpu", "cuda"]),
    multiple=True,
    default=("cpu", "cuda"),
    help="Where to measure; repeat for both.",
)
@click.option("--all", "everything", is_flag=True, help="Also what was tried, and the costs.")
@click.option(
    "--only",
    type=click.Choice(list(SECTIONS)),
    multiple=True,
    help="Only this table; repeat for more.",
)
@click.option("--save", is_flag=True, help="Keep the report in benchmarks/results.")
@click.option("--name", default="", help="Keep it apart, as cpu-NAME.json.")
@click.option("--rounds", type=click.IntRange(1), help="Timed turns of each contestant.")
@click.option("--images", type=click.IntRange(8), help="Images a turn.")
@click.option("--batch", type=click.IntRange(1), default=64)
@click.option("--codewords", type=click.IntRange(2), default=32, help="K.")
@click.option("--dimension", type=click.IntRange(1), default=16, help="D.")
@click.option("--threads", type=click.IntRange(1), help="Of torch; its own choice if not given.")
@click.option("--source", type=click.Choice(["mnist", "glyphs"]),
              help="MNIST where it is at hand, if not given.")  # fmt: skip
def main(devices, everything, only, save, name, threads, source, **size):
    """Measure slfkit beside the floor and beside what a user would otherwise write."""
    if threads:
        torch.set_num_threads(threads)
    source = source or source_at_hand()
    names = only or [key for key, one in SECTIONS.items() if everything or one.always]
    load = machine.load_per_core()
    if load is not None and load > machine.BUSY:
        click.echo(f"This machine is busy ({load} a core): do not trust these figures.\n", err=True)
    for device in devices:
        given = {key: value for key, value in size.items() if value is not None}
        scene = Scene(device=device, source=source, **{**usual_size(device), **given})
        _measure(scene, names, save, load, name)


def _measure(scene, names, save, load, name):
    """Measure one device: print each table as soon as it is there, then the bounds."""
    click.echo(report.heading(scene))
    sections = {key: _section(scene, key, load) for key in names}
    click.echo(report.verdicts(judge(report.rows_of(sections), scene.device)))
    if save:
        kept = report.save(scene, sections, name=name)
        said = f"kept in {kept.name}" if kept else "nothing was measured: what was kept stays"
        click.echo(f"{said}\n")


def _section(scene, name, load):
    """Measure and print one table; return it as plain data."""
    rows = SECTIONS[name].measure(scene)
    click.echo(report.table(SECTIONS[name].title, rows))
    return report.section(rows, load)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
