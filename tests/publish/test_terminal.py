"""What an executed notebook says on a terminal: printed text and tables, no figures."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from slfkit.publish.notebooks import table_text, text_outputs


def test_text_is_shown_figures_and_object_names_are_not(tmp_path):
    data = [
        {"text/plain": "0.5"},
        {"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "AA=="},
        {"text/plain": "<IPython.core.display.Markdown object>", "text/markdown": "| a |"},
        {"text/plain": "<IPython.core.display.HTML object>", "text/html": "<b>bold</b>"},
    ]
    outputs = [new_output("stream", name="stdout", text="one\ntwo\n")]
    outputs += [new_output("display_data", data=one) for one in data]
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("x", outputs=outputs)]), path)
    assert text_outputs(path) == ["one\ntwo", "0.5", "| a |", "bold"]


def test_a_table_becomes_padded_columns():
    html = """<style>td {color: red}</style><table><caption>MSE &amp; more</caption>
    <tr><th>f</th><th>MSE</th></tr><tr><td>0</td><td>0.06 <i>± 0.01</i></td></tr>
    <tr><td>many</td><td></td></tr></table><p>a note</p>"""
    lines = ["MSE & more", "f     MSE", "0     0.06 ± 0.01", "many", "a note"]
    assert table_text(html).splitlines() == lines
    assert table_text("") == ""
