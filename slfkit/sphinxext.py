"""Sphinx extension: draws the figures of the prose pages anew at every build.

So no committed picture can fall behind the code that draws it.
"""

import io
from pathlib import Path


def draw(app):
    """Write book/_drawn/<name>.png for each drawing; an unchanged picture keeps its time stamp."""
    import matplotlib.pyplot as plt

    from slfkit.drawings import four_steps

    folder = Path(app.srcdir, "book", "_drawn")
    folder.mkdir(exist_ok=True)
    for name, drawn in {"four_steps": four_steps}.items():
        target, picture = folder / f"{name}.png", io.BytesIO()
        figure = drawn()
        figure.savefig(picture, format="png", dpi=220, metadata={"Software": None})
        plt.close(figure)
        if not target.exists() or target.read_bytes() != picture.getvalue():
            target.write_bytes(picture.getvalue())


def setup(app):
    """Draw before Sphinx looks for sources and images."""
    app.connect("builder-inited", draw)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
