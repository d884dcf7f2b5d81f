"""The drawing of the four steps: what is shown for every f."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from slfbook.four_steps import four_steps

from slfkit.errors import ParameterError
from slfkit.reporting.style import TUNED


def boxes(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("frozen", range(5))
def test_frozen_parts_are_hatched_in_steps_two_and_three(frozen):
    assert sum(bool(box.get_hatch()) for box in boxes(four_steps(frozen))) == 2 * frozen


@pytest.mark.parametrize("frozen", range(5))
def test_the_fill_of_fine_tuned_parts_follows_f(frozen):
    """Tuned are Alice's encoder in steps 2 to 4, 4 - f parts there and at David's, and her C."""
    tuned = sum(to_hex(box.get_facecolor()) == TUNED for box in boxes(four_steps(frozen)))
    assert tuned == 3 + 4 * (4 - frozen) + (frozen < 4)


def test_the_steps_and_f_are_named():
    words = " ".join(text.get_text() for text in four_steps(1).axes[0].texts)
    for word in ("1  Download", "2  Fine-tune", "3  Upload", "4  Transmit", "f = 1", "Alice"):
        assert word in words


@pytest.mark.parametrize("frozen", [-1, 5, "two"])
def test_another_f_is_refused(frozen):
    with pytest.raises(ParameterError, match="freeze parameter f"):
        four_steps(frozen)
