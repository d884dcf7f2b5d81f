"""``python -m benchmarks``: measure, print, and keep with ``--save``."""

import click

from benchmarks import machine, report
from benchmarks.scene import Scene, default_size, default_source
from benchmarks.sections import ALWAYS, SECTIONS

DEVICES = ("cpu", "cuda")


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--device", "devices", type=click.Choice(DEVICES), multiple=True, default=DEVICES)
@click.option("--all", "everything", is_flag=True, help="Also what was tried, and the costs.")
@click.option("--only", type=click.Choice(SECTIONS), multiple=True, help="Only these tables.")
@click.option("--save", is_flag=True, help="Keep the report in benchmarks/results.")
@click.option("--name", default="", help="Keep it apart, as cpu-NAME.json.")
@click.option("--rounds", type=click.IntRange(1), help="Timed turns of each contestant.")
@click.option("--images", type=click.IntRange(8), help="Images per turn.")
@click.option("--batch", type=click.IntRange(1), default=64, help="Images per step.")
@click.option("--source", type=click.Choice(["mnist", "glyphs"]), help="MNIST where available.")
def main(
    devices: tuple[str, ...],
    everything: bool,
    only: tuple[str, ...],
    save: bool,
    name: str,
    source: str | None,
    **size: int | None,
) -> None:
    """Measure slfkit beside the floor and beside what a user would otherwise write."""
    source = source or default_source()
    size = {key: value for key, value in size.items() if value is not None}
    load = machine.load_per_core()
    if load is not None and load > machine.BUSY:
        click.echo(f"This machine is busy (load {load} per core): do not trust it.\n", err=True)
    for device in devices:
        scene = Scene(device=device, source=source, **{**default_size(device), **size})
        click.echo(report.heading(scene))
        sections = {
            key: _measure(scene, key, load) for key in only or (SECTIONS if everything else ALWAYS)
        }
        click.echo(report.bounds_table(report.verdicts(sections, scene)))
        if save:
            kept = report.save(scene, sections, name=name)
            click.echo(f"kept in {kept.name}\n" if kept else "nothing is kept without the device\n")


def _measure(scene: Scene, name: str, load: float | None) -> report.Section:
    """Measure one table, print it at once and return it as plain data."""
    section = report.section(SECTIONS[name](scene), load)
    click.echo(report.table(name, section))
    return section


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
