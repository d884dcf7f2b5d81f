"""The directive ``answer``: a file of book/exercises with what it prints, folded by sphinx-design.

The file is run when the book is built, so that no answer is typed; its name is the argument.
"""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from slfbook.sentences import depend

FOLDER = Path("book", "exercises")
FOLDED = """\
`````{{dropdown}} Answer
:class-container: answer

```{{literalinclude}} /{file}
:language: python
```

````{{code-block}} text
:class: printed

{printed}
````
`````
"""


class Answer(SphinxDirective):
    """Puts the answer to an exercise where it stands; its argument is the file's stem."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the folded code and what it printed, or an error that fails the build."""
        file = FOLDER / f"{self.arguments[0]}.py"
        path = Path(self.env.srcdir, file)
        if not path.is_file():
            raise self.error(f"there is no exercise {path.stem} in {FOLDER.as_posix()}")
        depend(self.env)
        text = FOLDED.format(file=file.as_posix(), printed=printed(path))
        return self.parse_text_to_nodes(text)


def printed(path: Path) -> str:
    """Run a Python file and return what it printed; what it raises is raised here."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        runpy.run_path(str(path))
    return output.getvalue().strip()


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("answer", Answer)
