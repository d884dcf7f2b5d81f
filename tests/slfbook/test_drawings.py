"""What is drawn when the book is built, and the tables of the setup: all of it from the code."""

from types import SimpleNamespace

import torch
from slfbook import drawings, networks, setup_table
from torch import nn

from slfkit.models import Encoder
from slfkit.records.store import project_root


def test_layers_have_their_kernel_stride_and_output():
    found = networks.layers(Encoder(16), torch.zeros(1, 3, 32, 32))
    assert found[0] == ("conv 4×4, stride 2", "32 × 16 × 16")
    assert found[-1] == ("conv 3×3", "16 × 16 × 16") and len(found) == 3


def test_a_changed_network_is_drawn_changed():
    small = nn.Sequential(nn.Conv2d(3, 8, 2, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(512, 5))
    assert networks.layers(small, torch.zeros(1, 3, 32, 32)) == [
        ("conv 2×2, stride 4", "8 × 8 × 8"),
        ("flatten", "512"),
        ("linear", "5"),
    ]


def test_the_drawings_name_their_parts():
    titles = [axes.texts[0].get_text() for axes in networks.network_drawing().axes]
    assert titles == ["encoder", "decoder", "classifier"]
    names = {text.get_text() for text in networks.scenario_drawing().axes[0].texts}
    assert {"Alice", "Bob", "Carol", "David"} <= names


def test_every_drawing_is_shown_by_a_page():
    pages = [page.read_text(encoding="utf-8") for page in (project_root() / "book").glob("*.md")]
    for name in drawings.DRAWINGS:
        assert any(f"_drawn/{name}" in page for page in pages), name


def test_a_drawing_is_written_where_it_is_stale(tmp_path, monkeypatch):
    name = "four_steps.svg"
    monkeypatch.setattr(drawings, "DRAWINGS", {name: drawings.DRAWINGS[name]})
    app, picture = SimpleNamespace(srcdir=tmp_path), tmp_path / "book" / "_drawn" / name
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"old")
    drawings.draw(app)
    before = picture.read_bytes(), picture.stat().st_mtime_ns
    assert b"<svg" in before[0] and b"<dc:date>" not in before[0]
    drawings.draw(app)
    assert (picture.read_bytes(), picture.stat().st_mtime_ns) == before


def test_the_setup_is_that_of_the_specifications():
    rows = setup_table.transceivers()
    assert [row["Transceiver"] for row in rows] == ["T1", "T2", "T3"]
    (sizes,) = setup_table.sizes()
    # five bits name one of 32 codewords, at each place of a 16 by 16 grid
    assert (sizes["Numbers sent per picture"], sizes["Bits per picture"]) == (256, 1280)
