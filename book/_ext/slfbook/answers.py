"""Sphinx extension: the directive ``answer``, the folded solution of an exercise.

Its argument names a file of book/exercises. The file is run when the book is built; the page gets
its code and what it printed, folded away until the reader opens it.
"""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from slfbook.sentences import depend

FOLDER = Path("book", "exercises")
_OPEN = '<details class="answer"><summary>Answer</summary>'


class Answer(SphinxDirective):
    """Puts the answer to an exercise where it stands; its argument is the file's stem."""

    required_arguments = 1
    has_content = False

    def run(self):
        """Return the folded code and what it printed, or an error that fails the build."""
        path = Path(self.env.srcdir) / FOLDER / f"{self.arguments[0]}.py"
        self.env.note_dependency(str(path))
        depend(self.env)
        if not path.is_file():
            raise self.error(f"there is no exercise {path.stem} in {FOLDER.as_posix()}")
        return folded(path.read_text(encoding="utf-8").strip(), printed(path))


def printed(path: Path) -> str:
    """Run a file of book/exercises and return what it printed.

    Whatever the file raises, an assertion included, is raised here.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        runpy.run_path(str(path))
    return said.getvalue().strip()


def folded(code: str, said: str) -> list[nodes.Node]:
    """Return the nodes of an answer: its code, highlighted, and its output, in one fold."""
    source = nodes.literal_block(code, code, language="python")
    output = nodes.literal_block(said, said, language="text", classes=["printed"])
    return [
        nodes.raw("", _OPEN, format="html"),
        source,
        output,
        nodes.raw("", "</details>", format="html"),
    ]


def setup(app):
    """Add the directive ``answer``."""
    app.add_directive("answer", Answer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
