"""The command line: texts become values, and every refusal is one sentence."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

import click
from click.core import ParameterSource

from slfkit.errors import ParameterError, SlfkitError, of_system, one_line

MOST_SEEDS = 1000
Pairs = Sequence[tuple[str, str]]


def _compile(ctx: click.Context, option: click.Parameter, asked: bool) -> None:
    """Have training steps compiled in this process and those that it starts."""
    from slfkit.runs import compiling

    if asked and compiling.compiler() is None:
        click.echo(f"slfkit: {compiling.NO_COMPILER}", err=True)
    elif asked:
        os.environ[compiling.ASKED] = "1"


COMPILE = click.option(
    "--compile",
    is_flag=True,
    expose_value=False,
    callback=_compile,
    help="Compile training steps: some seconds first, then about a tenth faster or more. "
    "Rounding differs, and records say so.",
)


def check_scheduler(address: str, workers: int | None) -> None:
    """Raise ParameterError for anything but an address such as tcp://host:8786, and for --workers.

    Whoever starts the scheduler's workers says how many processes compute.
    """
    if not re.fullmatch(r"tcp://([^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}", address):
        raise ParameterError(f"--scheduler is '{address}': expected one such as tcp://host:8786")
    if workers:
        raise ParameterError(
            f"--workers {workers} is for this machine only: with --scheduler, start as many of "
            "its workers as are wanted"
        )


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that a text such as 0-4 or 0,2,7-9 names, ascending.

    Raises:
        ParameterError: another form, a range that runs backwards, or too many seeds.
    """
    refused = f"--seeds is '{text}': expected numbers and ranges such as 0-4 or 0,2,7"
    seeds = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", part, flags=re.ASCII)
        if not match:
            raise ParameterError(refused)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ParameterError(f"{refused}; {part.strip()} runs backwards")
        if last - first >= MOST_SEEDS:
            raise ParameterError(f"{refused}, at most {MOST_SEEDS} of them")
        seeds.update(range(first, last + 1))
    return tuple(sorted(seeds))


def parse_settings(texts: Sequence[str]) -> dict[str, str]:
    """Return texts such as codewords=64 as a dict of names to texts, for the study to check.

    Raises:
        ParameterError: another form, or a name given twice.
    """
    pairs = []
    for text in texts:
        name, _, value = map(str.strip, text.partition("="))
        if not (name and value):
            raise ParameterError(f"--set is '{text}': expected NAME=VALUE such as codewords=64")
        pairs.append((name, value))
    return named_once(pairs, "--set")


def named_once(pairs: Pairs, option: str = "-p") -> dict[str, str]:
    """Return the pairs as a dict; raises ParameterError for a name that is given twice."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{option} {name} is given twice: give each name once")
    return dict(pairs)


class Checked(click.Command):
    """A command whose options are given a value or left out."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises ParameterError for an empty value, as an unset variable gives."""
        for option in self.params:
            given = ctx.get_parameter_source(option.name or "") == ParameterSource.COMMANDLINE
            if given and ctx.params.get(option.name or "") == "":
                raise ParameterError(f"{option.opts[0]} is empty: give a value, or leave it out")
        return super().invoke(ctx)


class Commands(click.Group):
    """A group of commands that prints an error of slfkit as one line and exits with its status."""

    command_class = Checked

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; SlfkitError, or one of the system, becomes one line on stderr."""
        try:
            return super().invoke(ctx)
        except SlfkitError as error:
            text, status = str(error), error.status
        except KeyboardInterrupt:
            text, status = "stopped by SIGINT: what was finished before is kept", 130
        except BrokenPipeError:  # the reader has read enough: click ends quietly
            raise
        except OSError as error:
            text, status = of_system(error), SlfkitError.status
        click.echo(f"slfkit: {one_line(text)}", err=True)
        ctx.exit(status)


def say(line: str) -> None:
    """Print a line on what is stored or computed, with its control characters escaped."""
    indent = len(line) - len(line.lstrip(" "))
    click.echo(" " * indent + one_line(line))


def any_terminal() -> None:
    """Let a terminal that knows no Greek letters show their numbers."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
