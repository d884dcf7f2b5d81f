"""What building the book asks of the notebooks and of Jupyter Book, neither of them run."""

import contextlib
import os
import sys
from types import SimpleNamespace

import pytest

from slfkit.errors import BookError
from slfkit.publish import build, pdf
from slfkit.records import manifest


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small checkout, with a note of the commands run and of the notebooks executed."""
    root = tmp_path / "checkout"
    for name in ("book/index.md", "notebooks/01_a.py", "notebooks/01_a.ipynb", "_config.yml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"published {name}")
    asked = SimpleNamespace(root=root, commands=[], executed=[], status=0)

    def run(command):
        asked.commands.append(command)
        return SimpleNamespace(returncode=asked.status)

    def execute_all(*given, only=()):
        names = [path.name for path in only]
        asked.executed.append((*given, *names, os.environ.get("SLFKIT_RESULTS")))

    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    monkeypatch.setattr(build, "project_root", lambda: root)
    monkeypatch.setattr(pdf, "project_root", lambda: root)
    monkeypatch.setattr(build.subprocess, "run", run)
    monkeypatch.setattr(build.notebooks, "execute_all", execute_all)
    monkeypatch.setattr(build.notebooks, "sources", lambda: [root / "notebooks" / "01_a.py"])
    return asked


@pytest.mark.parametrize("profile", [None, "paper"])
def test_the_published_book_executes_the_committed_notebooks(checkout, profile, capsys):
    index = build.build(profile)
    assert checkout.executed == [("01_a.py", None)]
    assert index == checkout.root / "_build" / "html" / "index.html"
    assert capsys.readouterr().out.splitlines()[-1] == str(index)
    (command,) = checkout.commands
    assert command[:2] == [sys.executable, "-c"]
    expected = ["build", str(checkout.root), "-W", "-n", "--keep-going", "--builder", "html"]
    assert command[3:] == expected
    checkout.status = 2  # a warning in a page is an error
    with pytest.raises(BookError, match="building the book failed"):
        build.build()
    assert "index.html" not in capsys.readouterr().out


def test_a_record_that_was_changed_or_is_missing_stops_the_book_by_name(tmp_path, capsys):
    for name in "abcde":
        (tmp_path / name).write_text(name)
    build.require_sealed(tmp_path)
    assert "has no MANIFEST, so changes go unseen" in capsys.readouterr().out
    manifest.seal(tmp_path)
    (tmp_path / "new").touch()
    build.require_sealed(tmp_path)
    assert "1 files are not in MANIFEST yet" in capsys.readouterr().out
    (tmp_path / "a").write_text("A")
    for name in "bcd":
        (tmp_path / name).unlink()
    with pytest.raises(BookError) as caught:
        build.require_sealed(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/a is not as MANIFEST says: it was changed si")
    assert f"{tmp_path}/b is missing, and MANIFEST names it; " in str(caught.value)
    assert "; and 1 more: restore them from git, or enter them as they are" in str(caught.value)


def test_another_profile_leaves_the_checkout_alone_and_computes_live(checkout):
    old = checkout.root / "_build" / "quick" / "results" / "old.json"
    old.parent.mkdir(parents=True)
    old.touch()
    index = build.build("quick")
    copy = checkout.root / "_build" / "quick"
    assert checkout.executed == [("quick", copy / "notebooks", str(copy / "results"))]
    assert not old.exists()
    assert "SLFKIT_RESULTS" not in os.environ
    assert (copy / "book" / "index.md").read_text() == "published book/index.md"
    assert not (copy / "notebooks").exists()
    assert index == copy / "_build" / "html" / "index.html"


def test_pages_are_made_from_nothing_and_other_builds_stay(checkout):
    built = checkout.root / "_build"
    for name in ("html/old.html", ".doctrees/old", ".jupyter_cache/old", "quick/book/index.md"):
        (built / name).parent.mkdir(parents=True)
        (built / name).touch()
    build.render(checkout.root)
    left = [path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()]
    assert sorted(left) == ["fresh.json", "quick/book/index.md"]


def test_a_second_build_does_only_what_changed(checkout):
    page = checkout.root / "_build" / "html" / "page.html"
    build.build()
    page.parent.mkdir()
    page.touch()
    build.build()
    assert checkout.executed == [("01_a.py", None), (None,)] and page.exists()
    (checkout.root / "_config.yml").write_text("another configuration")
    build.build()
    assert not page.exists()


def test_after_a_warning_or_another_builder_pages_are_made_from_nothing(checkout):
    page = checkout.root / "_build" / "html" / "page.html"
    checkout.status = 2
    for status, builder in ((2, "html"), (0, "singlehtml")):
        checkout.status = status
        with contextlib.suppress(BookError):
            build.render(checkout.root, builder)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.touch()
        checkout.status = 0
        build.render(checkout.root)
        assert not page.exists()


@pytest.fixture
def press(checkout, monkeypatch):
    """A browser that prints what `press.writes` holds, if anything, from a book of one page."""
    press = SimpleNamespace(writes=b"%PDF-1.4", target=checkout.root / "_build/pdf/slfkit.pdf")
    press.page = checkout.root / "_build" / "singlehtml" / "book" / "index.html"

    def run(command):
        checkout.commands.append(command)
        press.page.parent.mkdir(parents=True, exist_ok=True)
        press.page.write_text("the whole book")
        if press.writes is not None and f"--print-to-pdf={press.target}" in command:
            press.target.write_bytes(press.writes)
        return SimpleNamespace(returncode=0)

    monkeypatch.delenv("SLFKIT_CHROMIUM", raising=False)
    monkeypatch.setattr(build.subprocess, "run", run)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: f"/usr/bin/{name}")
    return press


def test_the_pdf_is_printed_from_one_page_whose_links_hold(checkout, press, capsys, monkeypatch):
    monkeypatch.setenv("SLFKIT_CHROMIUM", "my-chromium")
    assert pdf.print_pdf() == press.target
    assert press.target.read_bytes() == press.writes
    assert checkout.commands[1][0] == "/usr/bin/my-chromium"
    assert checkout.commands[1][-1] == (press.page.parents[1] / "slfkit.html").as_uri()
    assert capsys.readouterr().out.splitlines()[-1] == str(press.target)


def test_the_pdf_takes_over_what_the_book_has_read_and_the_book_nothing_of_the_pdf(checkout, press):
    read = checkout.root / "_build" / ".doctrees" / "page"
    build.build()
    read.parent.mkdir()
    read.touch()
    pdf.print_pdf()
    assert read.exists()
    build.build()
    assert not read.exists()


@pytest.mark.parametrize("written", [None, b""])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_browser_that_writes_nothing_is_an_error(press, capsys, written, earlier):
    press.writes = written
    if earlier:
        press.target.parent.mkdir(parents=True)
        press.target.write_bytes(b"an old book")
    with pytest.raises(BookError, match="wrote no PDF to .*slfkit.pdf: name another Chromium"):
        pdf.print_pdf()
    assert "slfkit.pdf" not in capsys.readouterr().out


@pytest.mark.parametrize("wanted", ["", "/nowhere/chromium"])
def test_a_pdf_without_a_browser_says_what_to_do(checkout, monkeypatch, wanted):
    monkeypatch.setenv("SLFKIT_CHROMIUM", wanted)
    monkeypatch.setenv("PATH", "")
    expected = f"SLFKIT_CHROMIUM is '{wanted}', which is not a program" if wanted else "install Chr"
    with pytest.raises(BookError, match=expected):
        pdf.print_pdf()
    assert not checkout.commands


def test_a_browser_that_cannot_run_is_an_error(tmp_path):
    program = tmp_path / "chromium"
    program.write_text("no program")
    program.chmod(0o700)
    with pytest.raises(BookError, match="printing failed: '.*chromium' cannot be run"):
        build._run([program], "printing")
