"""The drawing of the four steps: which parts are frozen, which fine-tuned, and their names."""

from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from slfbook.four_steps import FROZEN, four_steps

from slfkit.reporting.style import TUNED


def test_frozen_parts_are_hatched_and_fine_tuned_ones_have_their_fill():
    """Tuned are Alice's encoder in steps 2 to 4, 4 - f parts there and at David's, and her C."""
    (axes,) = four_steps().axes
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    assert sum(bool(box.get_hatch()) for box in boxes) == 2 * FROZEN  # in steps 2 and 3
    tuned = sum(to_hex(box.get_facecolor()) == TUNED for box in boxes)
    assert tuned == 3 + 4 * (4 - FROZEN) + (FROZEN < 4)
    words = " ".join(text.get_text() for text in axes.texts)
    for word in (
        "1  Download",
        "2  Fine-tune",
        "3  Upload",
        "4  Transmit",
        f"f = {FROZEN}",
        "Alice",
    ):
        assert word in words
