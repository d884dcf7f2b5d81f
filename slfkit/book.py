"""Builds the book: notebooks executed, pages made, every warning an error."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from slfkit import notebooks, printed_page
from slfkit.environ import variables
from slfkit.errors import BookError, ParameterError
from slfkit.freshness import Freshness
from slfkit.spec import PROFILES
from slfkit.store import project_root

PUBLISHED = "paper"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_SOURCES = ("_config.yml", "_toc.yml", "*.md", "CITATION.cff", "LICENSE", "book")
START_JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"


def build(profile: str | None = None) -> Path:
    """Build the book and return the path of its index.html, which is also printed last.

    The profile "paper" (or None) reads the committed records and executes the committed notebooks
    anew, but for those whose inputs are as they were when it last did. Another one computes
    everything live, in a copy of the sources under _build/<profile>; the checkout's notebooks and
    records stay as they are.
    Raises ParameterError for an unknown profile, NotebookError when a notebook fails and BookError
    when a page does.
    """
    if profile not in (None, *PROFILES):
        raise ParameterError(f"profile is '{profile}': expected one of {', '.join(PROFILES)}")
    if profile in (None, PUBLISHED):
        source = project_root()
        fresh, all_notebooks = Freshness(source), notebooks.sources()
        notebooks.execute_all(only=fresh.stale(all_notebooks))
        fresh.executed(all_notebooks)
    else:
        source = project_root() / "_build" / profile
        copy_sources(project_root(), source)
        with variables({"SLFKIT_RESULTS": source / "results"}):
            notebooks.execute_all(profile, source / "notebooks")
    index = render(source, again=True) / "index.html"
    print(index)
    return index


def find_browser() -> str | None:
    """Return the path of the Chromium that SLFKIT_CHROMIUM names, else of one on PATH, or None."""
    wanted = os.environ.get("SLFKIT_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted] if wanted else BROWSERS)), None)


def print_pdf() -> Path:
    """Print the whole book, as its notebooks stand, to _build/pdf/slfkit.pdf.

    Returns:
        The path of the PDF, which is also printed last.

    Raises:
        BookError: if there is no Chromium, a page fails or the browser writes no PDF.
    """
    browser = find_browser()
    if browser is None:
        raise BookError(_no_browser(os.environ.get("SLFKIT_CHROMIUM")))
    page = _one_page(render(project_root(), "singlehtml"))
    target = project_root() / "_build" / "pdf" / "slfkit.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # an earlier one must not pass for what is printed now
    _run([browser, *_print_options(target), page.as_uri()], "printing the book")
    if not target.is_file() or not target.stat().st_size:
        raise BookError(
            f"{browser} ended without an error and wrote no PDF to {target}: "
            "name another Chromium by SLFKIT_CHROMIUM"
        )
    print(target)
    return target


def _no_browser(wanted: str | None) -> str:
    if wanted:
        return (
            f"SLFKIT_CHROMIUM is '{wanted}', which is not a program: name a Chromium, "
            f"or unset it to take one of {', '.join(BROWSERS)} on PATH"
        )
    return (
        f"no browser that prints was found (looked for {', '.join(BROWSERS)}): "
        "install Chromium, or name it by SLFKIT_CHROMIUM"
    )


def _one_page(pages: Path) -> Path:
    """Prepare the page that is printed; what it loads is named from the folder `pages`."""
    page, whole = pages / "slfkit.html", pages / "book" / "index.html"
    page.write_text(printed_page.prepare(whole.read_text(encoding="utf-8")), encoding="utf-8")
    return page


def _print_options(target: Path) -> list[str]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    options = ["--headless", *sandbox, "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    # milliseconds that mathematics may take
    return [*options, "--virtual-time-budget=20000", f"--print-to-pdf={target}"]


def render(source: Path, builder: str = "html", again: bool = False) -> Path:
    """Make the pages of the book in `source` from nothing and return the folder they are in.

    Only pages that are read give warnings, so what an earlier build left is removed first; but
    with `again`, a build without warnings is kept and only changed pages are made, unless code,
    configuration or looks have changed since.
    Raises BookError when there is a warning.
    """
    built, fresh = source / "_build", Freshness(source)
    if not (again and fresh.same_frame()):
        for leftover in (builder, ".doctrees", ".jupyter_cache", "jupyter_execute"):
            shutil.rmtree(built / leftover, ignore_errors=True)
    fresh.rendered(False)
    options = ["-W", "-n", "--keep-going", "--builder", builder]
    _run([sys.executable, "-c", START_JUPYTER_BOOK, "build", source, *options], "building the book")
    fresh.rendered(builder == "html")
    return built / builder


def copy_sources(root: Path, target: Path) -> None:
    """Put the hand-written pages of the checkout `root` into `target`, emptied before."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for pattern in PAGE_SOURCES:
        for path in root.glob(pattern):
            if path.is_dir():
                shutil.copytree(path, target / path.name)
            else:
                shutil.copy2(path, target)


def _run(command: list, action: str) -> None:
    try:
        status = subprocess.run([str(word) for word in command]).returncode
    except OSError as error:
        raise BookError(f"{action} failed: '{command[0]}' cannot be run ({error})") from error
    if status:
        raise BookError(f"{action} failed (exit status {status}): the lines above say on what")
