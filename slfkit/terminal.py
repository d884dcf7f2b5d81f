"""What an executed notebook says, as plain text for a terminal."""

from html.parser import HTMLParser
from pathlib import Path


def text_outputs(path):
    """Return the text outputs of the executed notebook `path`, one string each; no figures.

    Printed text as it is, tables as rows of padded columns.
    """
    import nbformat

    notebook = nbformat.read(Path(path), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    texts = [_text(output) for cell in code for output in cell.outputs]
    return [text for text in texts if text]


def _text(output):
    if output.output_type == "stream":
        return output.text.rstrip()
    data = output.get("data", {})
    plain = data.get("text/plain", "")
    if plain and not plain.startswith("<"):  # not just the name of an object
        return plain.rstrip()
    if "text/markdown" in data:
        return data["text/markdown"].rstrip()
    return table_text(data.get("text/html", ""))


def table_text(html):
    """Return the text of an HTML fragment, the cells of its tables in columns."""
    reader = _Reader()
    reader.feed(html)
    widths = {}
    for row in reader.rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths.get(column, 0), len(cell))
    lines = ["  ".join(c.ljust(widths.get(i, 0)) for i, c in enumerate(row)) for row in reader.rows]
    return "\n".join(line.rstrip() for line in lines if line.strip())


class _Reader(HTMLParser):
    """Collects rows of cells; text outside tables is a row of one cell."""

    HIDDEN = ("style", "script")

    def __init__(self):
        super().__init__()
        self.rows, self.hidden = [], False

    def handle_starttag(self, tag, attrs):
        self.hidden = self.hidden or tag in self.HIDDEN
        if tag in ("tr", "p", "div", "caption", "br", "li"):
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.hidden = self.hidden and tag not in self.HIDDEN

    def handle_data(self, data):
        words = " ".join(data.split())
        if words and not self.hidden:
            self.rows = self.rows or [[]]
            row = self.rows[-1]
            row[-1:] = [f"{row[-1]} {words}".strip() if row else words]
