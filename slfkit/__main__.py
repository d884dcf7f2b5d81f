"""The `slfkit` command. It starts light: each command loads what it needs when it is called."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from slfkit import __version__
from slfkit.errors import ParameterError
from slfkit.publish.arguments import (
    COMPILE,
    Commands,
    Pairs,
    any_terminal,
    check_scheduler,
    named_once,
    parse_seeds,
    parse_settings,
    say,
)

PROFILE_HELP = "smoke or quick (stand-in images, seconds or minutes) or paper (MNIST, CIFAR-10)."
PROFILE = click.option("--profile", help=PROFILE_HELP)
shown = partial(click.option, show_default=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slfkit")
def main() -> None:
    """Semantics alignment via split learning: run its experiments, build its book."""
    any_terminal()


@main.command(short_help="Run a notebook with new parameters.")
@click.argument("notebook")
@click.option(
    "-p",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="Set a parameter of the notebook; repeat for more.",
)
@PROFILE
@click.option("--output", type=click.Path(file_okay=False), help="Output folder; by default runs/.")
@COMPILE
def run(notebook: str, parameters: Pairs, profile: str | None, output: str | None) -> None:
    """Run NOTEBOOK (02_channel, 02 or a path) with new parameters, for example

    \b
    slfkit run 02_channel -p crossovers "[0.2]" -p frozen "[4]" --profile quick
    """
    from slfkit.publish import notebooks

    notebooks.run(notebook, named_once(parameters), profile, output)


@main.command(short_help="Say what images are, or write some.")
@click.argument("name")
@click.option("--save", type=click.Path(file_okay=False), help="Write training images here.")
@click.option(
    "--count", type=click.IntRange(min=1), help="How many images to write; by default 400."
)
def source(name: str, save: str | None, count: int | None) -> None:
    """Load the images that NAME means, say what they are or write some, for example

    \b
    slfkit source folder:~/pictures
    slfkit source torchvision:FashionMNIST
    """
    if count and not save:
        raise ParameterError(f"--count {count} without --save writes nothing: add --save FOLDER")
    from slfkit.data import loading, pictures

    if save:
        count = count or 400
        pictures.save(loading.load(name, "train", count), save)
        click.echo(f"{count} images of {name} written to {save}")
    else:
        click.echo(loading.described(name))


@main.command(short_help="Execute every notebook.")
@PROFILE
@click.option("--output", type=click.Path(file_okay=False), help="Folder for the .ipynb files.")
def notebooks(profile: str | None, output: str | None) -> None:
    """Execute every notebook; without options it writes the committed .ipynb files again."""
    from slfkit.publish.notebooks import execute_all

    for path in execute_all(profile, output):
        click.echo(path)


@main.command(short_help="Build the book.")
@PROFILE
def book(profile: str | None) -> None:
    """Build the book; with a profile other than paper its numbers are computed live."""
    from slfkit.publish.build import build

    build(profile)


@main.command(short_help="Print the book with Chromium.")
def pdf() -> None:
    """Print the book to _build/pdf with Chromium: SLFKIT_CHROMIUM, or one on PATH."""
    from slfkit.publish.pdf import print_pdf

    print_pdf()


@main.command(short_help="Write project and numbers to a folder.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the project, its numbers as CSV and their descriptions to FOLDER, for example

    \b
    slfkit export bundle
    """
    from slfkit.publish.export import export as write

    click.echo(write(folder))


@main.command("zip", short_help="Pack the book for use offline.")
def pack() -> None:
    """Pack the built book, its PDF, records and code into _build/zip for use offline."""
    from slfkit.publish.offline import make_zip

    make_zip()


@main.command(short_help="Compute missing runs.")
@shown("--profile", default="paper", help=PROFILE_HELP)
@click.option("--study", "studies", multiple=True, help="Only this study; repeat for more.")
@click.option("--seeds", help="For example 0-4 or 0,2; by default all seeds of the study.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another constant of the runs, such as codewords=64; repeat for more.",
)
@shown("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="Where to compute.")
@click.option("--dry-run", is_flag=True, help="Only print the missing runs and their cost.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that compute at once; by default one per core, if half the memory holds "
    "1.5 GiB for each, and one with cuda. One run per thread was measured as fast as all threads "
    "on one run, or faster.",
)
@shown(
    "--threads", type=click.IntRange(min=1), default=1, help="Processor threads of each process."
)
@click.option(
    "--scheduler",
    metavar="tcp://HOST:PORT",
    default="",
    help="Let the workers of this Dask scheduler compute.",
)
@COMPILE
def reproduce(
    profile: str,
    studies: tuple[str, ...],
    seeds: str | None,
    settings: tuple[str, ...],
    device: str,
    dry_run: bool,
    workers: int | None,
    threads: int,
    scheduler: str,
) -> None:
    """Compute the runs that have no record yet; after an interruption, call it again."""
    seeds = parse_seeds(seeds) if seeds else ()
    settings = parse_settings(settings)
    if scheduler:
        check_scheduler(scheduler, workers)
    from slfkit.experiments.registry import plan
    from slfkit.runs.local import default_workers
    from slfkit.runs.sweep import reproduce as compute

    workers = workers or default_workers(device)
    runs = plan(profile, studies, seeds, settings)
    compute(profile, runs, device, dry_run, workers, threads, scheduler, say)


@main.command(short_help="Recommend a way to align.")
@click.option("--link", default=2e6, show_default="2e6", help="Rate in bit/s, both ways.")
@click.option("--uplink", type=float, help="Rate to David, where it differs.")
@click.option("--power", default=30e12, show_default="30e12", help="Alice's, in FLOP/s.")
@click.option("--deadline", default=0.0, help="Most seconds it may take.")
@click.option("--quality", default=0.0, help="Largest MSE; picks the fastest way.")
@click.option("--old-link", default=0.0, help="Least accuracy of David's old link.")
@shown("--crossover", default=0.3, help="eps of the channel.")
@click.option("--alpha", type=float, help="Instead of eps: David's share of Alice's images.")
@shown("--profile", default="paper", help=PROFILE_HELP)
def choose(
    link: float,
    uplink: float | None,
    crossover: float,
    alpha: float | None,
    profile: str,
    **asked: float,
) -> None:
    """Say how to mend a link and why, from the stored runs, for example

    \b
    slfkit choose --link 2e6 --power 30e12 --deadline 1.0 --old-link 0.97
    """
    from slfkit.experiments.best_way import answer
    from slfkit.experiments.choosing import Need

    need = Need(link, link if uplink is None else uplink, **asked)
    for sentence in answer(need, profile, crossover, alpha):
        click.echo(sentence)


@main.command(short_help="Check stored records.")
@click.option("--profile", help=PROFILE_HELP + " By default all.")
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Recompute N records per profile, one of each kind before a second of any; smoke records "
    "always.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Also fail on records of older code, and on files not in the manifest.",
)
@click.option(
    "--seal", is_flag=True, help="Instead, record all files as they are now in their manifest."
)
def verify(profile: str | None, sample: int, strict: bool, seal: bool) -> None:
    """Check every stored record, and compute a sample again; exits with 1 if one is wrong."""
    if seal and (sample or strict):
        raise ParameterError("--seal enters what is there and computes nothing: give it alone")
    from slfkit.runs import verify

    well = (
        verify.seal(profile, say=say) if seal else verify.verify(profile, sample, strict, say=say)
    )
    if not well:
        raise click.exceptions.Exit(1)


@main.command(short_help="Train over the air in two processes.")
@click.argument("side", type=click.Choice(["david", "alice", "alone"]))
@click.option("--listen", metavar="HOST:PORT", help="Where David waits for Alice.")
@click.option("--connect", metavar="HOST:PORT", help="Where Alice finds David.")
@shown("--profile", default="smoke", help=PROFILE_HELP)
@shown("--crossover", default=0.3, help="eps of the channel.")
@click.option("--images", type=click.IntRange(min=0), default=0, help="At most this many; 0: all.")
@shown("--epochs", type=click.IntRange(min=1), default=1)
@shown("--seed", type=click.IntRange(min=0), default=0)
@shown(
    "--precision",
    type=click.Choice(["float32", "int8"]),
    default="float32",
    help="Of the gradient that David sends back.",
)
@shown(
    "--wait",
    type=click.FloatRange(min=1),
    default=120,
    help="Seconds without a step after which a side gives up.",
)
def wire(
    side: str, listen: str | None, connect: str | None, profile: str, seed: int, **asked: Any
) -> None:
    """Train over the air between two processes: T1's encoder here, T2's decoder there.

    Both need the same secret in SLFKIT_SECRET; "alone" trains both halves in one process. In two
    terminals, or on two machines with the address of the first:

    \b
    slfkit wire david --listen 127.0.0.1:8800
    slfkit wire alice --connect 127.0.0.1:8800
    """
    from slfkit.experiments.grid import users
    from slfkit.records.store import Store
    from slfkit.runs.wired import Asked, run

    store, both = Store(profile), users(profile, seed)
    address = (listen if side == "david" else connect) or ""
    run(side, address, Asked(both["T1"], both["T2"], seed=seed, **asked), store, click.echo)


if __name__ == "__main__":
    main(prog_name="slfkit")
