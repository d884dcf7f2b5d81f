"""The figure of the codewords: each alone on the grid, in the order of the codebook."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from slfbook import codewords
from torch import nn

from slfkit.models import Transceiver
from slfkit.rng import generator


class Enlarged(nn.Module):
    """A decoder that shows the first three entries of each codeword as a colour."""

    def forward(self, grid):  # (B, D, 16, 16)
        return F.interpolate(grid[:, :3], scale_factor=2)


@pytest.fixture
def transceiver():
    """Two codewords: one out of range red, blue and half grey; one white."""
    made = Transceiver(generator("shape"), 2, 4)
    made.decoder = Enlarged()
    with torch.no_grad():
        made.codebook.weight.copy_(torch.tensor([[3.0, -1.0, 0.0, 9.0], [1.0, 1.0, 1.0, -9.0]]))
    return made


def test_each_codeword_is_painted_alone_in_the_order_of_the_codebook(transceiver):
    pictures = codewords.painted(transceiver)
    assert pictures.shape == (2, 32, 32, 3) and pictures.dtype == np.uint8
    # 127.5 is rounded to the even 128
    assert [np.unique(one.reshape(-1, 3), axis=0).tolist() for one in pictures] == [
        [[255, 0, 128]],
        [[255, 255, 255]],
    ]


def test_pictures_lie_line_by_line_in_grey_frames():
    pictures = np.stack([np.full((2, 3, 3), level, np.uint8) for level in (10, 20, 30)])
    whole = codewords.sheet(pictures, row=2)
    assert whole.shape == (2 * 4, 2 * 5, 3)
    frame = [codewords.FRAME] * 10
    upper, lower = [128, 10, 10, 10, 128, 128, 20, 20, 20, 128], [128, 30, 30, 30, 128] + 5 * [128]
    assert whole[..., 0].tolist() == [frame, upper, upper, frame, frame, lower, lower, frame]


def test_the_figure_has_a_block_for_each_user_and_for_what_slf_made_of_david():
    figure = codewords.codewords()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [title for title in titles if "after" not in title] == ["T1", "T2", "T3"]
    assert titles.index("T2") + 1 == titles.index("T2 after SLF, f = 3")
    sizes = {axes.images[0].get_array().shape for axes in figure.axes}
    assert sizes == {(2 * 34, 16 * 34, 3)}
