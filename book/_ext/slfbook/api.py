"""Sphinx extension: the API pages, made from the docstrings by autodoc and napoleon.

Docstrings here are plain text in Google style. What autodoc cannot read from them is put in: the
fields of dataclasses, with what their metadata say, and one entry for each of several errors that
share a sentence. The directive ``command-help`` shows the help of every command.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path

_RAISES = re.compile(r":raises (\w+(?:, \w+)+):")
_ATTRIBUTES = re.compile(r"\.\. attribute:: (\w+(?:, \w+)*)$")
_COLON = "\ufdd0"  # stands for a colon until napoleon is done; no text has it
_LONG_SIGNATURE = re.compile(r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>")
_COLUMNS = '<table style="width: 100%" class="indextable'
_CODE = re.compile(r"(``.*?``)")


def complete(app, what, name, thing, options, lines):
    """Put into a docstring, which napoleon has read, what autodoc would leave out."""
    lines[:] = _one_each(list(map(_plain, lines)))
    if what == "class" and dataclasses.is_dataclass(thing):
        lines[:] = _with_fields(thing, lines)


def untyped(app, what, name, thing, options, lines):
    """Keep napoleon from taking what stands before a colon for the type of an attribute."""
    if what in ("attribute", "data", "property") and lines:
        lines[0] = lines[0].replace(":", _COLON)


def mend_signatures(app, pagename, templatename, context, doctree):
    """Make a signature of several lines of spans; Sphinx makes a list without terms of it."""

    def spans(found):
        lines = found[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")
        return f'<span class="sig-lines">\n{lines}</span>'

    context["body"] = _LONG_SIGNATURE.sub(spans, context.get("body", ""))


def mend_index(app, exception):
    """Mark the tables of the index as what they are: columns, which have no headings."""
    page = Path(app.outdir, "genindex.html")
    if exception is None and page.exists():
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace(_COLUMNS, f'<table role="presentation"{_COLUMNS[6:]}'), "utf-8"
        )


def _plain(line: str) -> str:
    """Return a line whose bars are bars: the docstrings write norms with them."""
    parts = _CODE.split(line.replace(_COLON, ":"))
    return "".join(part if part.startswith("``") else part.replace("|", r"\|") for part in parts)


def _one_each(lines: list[str]) -> list[str]:
    """Return the lines with an entry for each error or attribute of one that names several."""
    found = []
    while lines:
        several = _RAISES.match(lines[0]) or _ATTRIBUTES.match(lines[0])
        size = 1
        while several and size < len(lines) and lines[size][:1] in ("", " "):
            size += 1
        entry, lines = lines[:size], lines[size:]
        names = several[1].split(", ") if several else [""]
        for name in names:
            first = entry[0].replace(several[1], name, 1) if several else entry[0]
            found += [first, *entry[1:]]
    return found


def _with_fields(thing: type, lines: list[str]) -> list[str]:
    """Return the lines with the types of a dataclass's fields, and with those they leave out."""
    from sphinx.util.typing import stringify_annotation

    types = typing.get_type_hints(thing)
    told = {found[1] for line in lines if (found := _ATTRIBUTES.match(line))}
    for field in dataclasses.fields(thing):
        if field.name not in told and not field.name.startswith("_"):
            lines = [*lines, "", f".. attribute:: {field.name}", "", f"   {meaning(field)}"]
    found = []
    for line in [*lines, ""]:
        found.append(line)
        name = _ATTRIBUTES.match(line)
        if name and name[1] in types:
            found.append(f"   :type: {stringify_annotation(types[name[1]])}")
    return found


def meaning(field: dataclasses.Field) -> str:
    """Return what the metadata of a specification's field say: its meaning and its unit."""
    told = field.metadata.get("meaning", "")
    unit = field.metadata.get("unit", "")
    return f"{told} ({unit})" if unit else told


def command_help():
    """Return (name, help text) of the command ``slfkit`` and of each command below it."""
    import click

    from slfkit.__main__ import main

    top = click.Context(main, info_name="slfkit", terminal_width=78, **main.context_settings)
    found = [("slfkit", main.get_help(top))]
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        context = click.Context(command, parent=top, info_name=name, terminal_width=78)
        found.append((f"slfkit {name}", command.get_help(context)))
    return found


def _directive():
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class CommandHelp(Directive):
        """Shows the help of every command, each in a section of its own."""

        def run(self):
            return [self._section(name, text) for name, text in command_help()]

        def _section(self, name, text):
            section = nodes.section(ids=["command-" + name.replace(" ", "-")], names=[name])
            section += nodes.title("", "", nodes.literal(name, name))
            section += nodes.literal_block(text, text, language="text")
            return section

    return CommandHelp


def setup(app):
    """Prepare docstrings for napoleon, and complete them after it."""
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.napoleon"):
        app.setup_extension(extension)
    app.connect("autodoc-process-docstring", untyped, priority=100)
    app.connect("autodoc-process-docstring", complete, priority=900)
    app.connect("html-page-context", mend_signatures)
    app.connect("build-finished", mend_index)
    app.add_directive("command-help", _directive())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
