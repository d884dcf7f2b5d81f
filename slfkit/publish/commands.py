"""The commands that publish: book, PDF, export and zip. Each loads what it needs when called."""

from __future__ import annotations

from pathlib import Path

import click

PROFILE_HELP = "smoke or quick (stand-in images, seconds or minutes) or paper (MNIST, CIFAR-10)."


@click.command(short_help="Build the book.")
@click.option("--profile", help=PROFILE_HELP)
def book(profile: str | None) -> None:
    """Build the book; with a profile other than paper its numbers are computed live."""
    from slfkit.publish import build

    build.build(profile)


@click.command(short_help="Print the book with Chromium.")
def pdf() -> None:
    """Print the book to _build/pdf with Chromium: SLFKIT_CHROMIUM, or one on PATH."""
    from slfkit.publish import pdf as book

    book.print_pdf()


@click.command(short_help="Write project and numbers to a folder.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the project, its numbers as CSV and their descriptions to FOLDER, for example

    \b
    slfkit export bundle
    """
    from slfkit.publish import export as bundle

    click.echo(bundle.export(folder))


@click.command("zip", short_help="Pack the book for use offline.")
def make_zip() -> None:
    """Pack the built book, its PDF, records and code into _build/zip for use offline."""
    from slfkit.publish import offline

    offline.make_zip()


COMMANDS = (book, pdf, export, make_zip)
