"""The stand-ins: what they promise to look like, and that a seed fixes every byte of them."""

import hashlib
import math
import sys

import pytest
import torch

from slfkit.data import standins
from slfkit.errors import DataError, ParameterError

NAMES = sorted(standins.STANDINS)
EACH = pytest.mark.parametrize("name", NAMES)


def make(name, count, seed=0):
    return standins.STANDINS[name](count, torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def samples():
    return {name: make(name, 1200) for name in NAMES}


@EACH
def test_shape_type_range_and_random_order_and_no_picture_is_flat_or_occurs_twice(samples, name):
    pixels, labels = samples[name]
    assert pixels.shape == (1200, 3, 32, 32) and pixels.dtype == torch.uint8
    assert labels.shape == (1200,) and labels.dtype == torch.int64
    assert pixels.is_contiguous()
    assert pixels.min() == 0 and pixels.max() == 255 and len(pixels.unique()) == 256
    assert pixels.float().std((1, 2, 3)).min() > 5
    assert len(pixels.flatten(1).unique(dim=0)) == len(pixels)
    # neighbours share a class in a tenth of the pairs, within four standard errors
    same = (labels[1:] == labels[:-1]).double().mean()
    assert abs(same - 0.1) < 4 * math.sqrt(0.1 * 0.9 / (len(labels) - 1))


@pytest.mark.parametrize(
    ("name", "digest"), [("glyphs", "f9663411c1baba93"), ("scenes", "d1be54c7ab70c561")]
)
def test_every_processor_draws_the_same_bytes(name, digest):
    """Of an Intel and an AMD processor, with and without AVX; fonts and numbers as locked."""
    pixels, _ = make(name, 1000)
    assert hashlib.sha256(pixels.numpy().tobytes()).hexdigest()[:16] == digest


@EACH
def test_threads_change_nothing(name):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one, _ = make(name, 200)
        torch.set_num_threads(2)
        two, _ = make(name, 200)
    finally:
        torch.set_num_threads(before)
    assert torch.equal(one, two)


@EACH
def test_the_seed_alone_fixes_pixels_and_order_and_global_randomness_is_not_moved(name):
    torch.manual_seed(1)
    state = torch.get_rng_state()
    made, other = make(name, 50, seed=3), make(name, 50, seed=4)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    again = make(name, 50, seed=3)
    assert all(map(torch.equal, made, again)) and not any(map(torch.equal, made, other))


@EACH
@pytest.mark.parametrize("count", [1, 9, 23, 1003])  # 1003 crosses the size of a chunk
def test_classes_are_as_equal_as_the_count_allows(name, count):
    pixels, labels = make(name, count)
    frequency = labels.bincount(minlength=10)
    assert len(pixels) == frequency.sum() == count
    assert frequency.max() - frequency.min() <= 1


@EACH
@pytest.mark.parametrize("count", [0, -1, 2.0, True, "10", None])
def test_refuses_a_count_that_is_none(name, count):
    with pytest.raises(ParameterError, match="whole number of images"):
        make(name, count)


def test_glyphs_are_grey_digits_of_varied_weight_within_a_black_border(samples):
    pixels, labels = samples["glyphs"]
    assert torch.equal(pixels[:, 0], pixels[:, 1]) and torch.equal(pixels[:, 0], pixels[:, 2])
    inner = torch.zeros(32, 32, dtype=torch.bool)
    inner[2:-2, 2:-2] = True
    assert (pixels[..., ~inner] == 0).all()
    ink = pixels[:, 0].float() / 255  # (n, 32, 32)
    assert 0.04 < ink.mean() < 0.15  # MNIST, padded: 0.10
    edge = torch.cat([ink[:, 2], ink[:, -3], ink[:, :, 2], ink[:, :, -3]], 1)  # (n, 128)
    assert (edge.amax(1) > 0.5).float().mean() < 0.05  # rarely cut
    weight = ink.mean((1, 2))
    spread = [weight[labels == k].std() / weight[labels == k].mean() for k in range(10)]
    assert min(spread) > 0.2


@pytest.mark.parametrize(("name", "low", "high"), [("glyphs", 0.5, 0.9), ("scenes", 0.0, 0.25)])
def test_classes_are_told_apart_by_more_than_their_mean(samples, name, low, high):
    """Glyphs can be, though not trivially; of scenes, place and colour say nothing of the class."""
    (pixels, labels), (others, truth) = samples[name], make(name, 400, seed=1)
    flat, seen = pixels.float().flatten(1), others.float().flatten(1)
    means = torch.stack([flat[labels == k].mean(0) for k in range(10)])  # (10, 3072)
    assert low <= (torch.cdist(seen, means).argmin(1) == truth).float().mean() < high


def test_each_shape_has_an_inside_and_an_outside_of_its_own():
    steps = torch.linspace(-1.5, 1.5, 61)
    u, v = steps.expand(1, 61, 61), steps[:, None].expand(1, 61, 61)
    masks = [shape(u, v, torch.full((1, 1, 1), 2.5)) > 0 for shape in standins.SHAPES.values()]
    for mask in masks:
        assert 0.05 < mask.float().mean() < 0.6
        assert not mask[:, [0, -1]].any() and not mask[..., [0, -1]].any()
    assert len(torch.stack(masks).flatten(1).unique(dim=0)) == standins.CLASSES


def spectrum_slope(pixels):
    """Exponent of the mean power spectrum of the brightness over the radius, both in logarithms."""
    grey = pixels.double().mean(1)
    window = torch.hann_window(32, periodic=False, dtype=torch.float64)
    grey = (grey - grey.mean((1, 2), keepdim=True)) * window * window[:, None]
    power = torch.fft.fft2(grey).abs().square().mean(0)  # (32, 32)
    cycles = torch.fft.fftfreq(32, dtype=torch.float64) * 32
    radius = torch.hypot(cycles[:, None], cycles)
    x = torch.arange(2, 16, dtype=torch.float64)
    y = torch.stack([power[(radius - r).abs() < 0.5].mean() for r in x]).log()
    x = x.log() - x.log().mean()
    return (x * y).sum() / (x * x).sum()


def test_scenes_have_a_spectrum_like_natural_images(samples):
    noise = torch.rand((500, 3, 32, 32), generator=torch.Generator().manual_seed(0))
    assert abs(spectrum_slope(noise)) < 0.1  # the measure on white noise
    assert -3.5 < spectrum_slope(samples["scenes"][0]) < -2  # CIFAR-10, measured so: -3.15


def test_scenes_fill_the_frame_in_correlated_colours_without_clipping_much(samples):
    pixels, _ = samples["scenes"]
    correlation = torch.corrcoef(pixels.double().transpose(0, 1).flatten(1))  # (3, 3)
    off_diagonal = correlation[~torch.eye(3, dtype=torch.bool)]
    assert 0.5 < off_diagonal.min() and off_diagonal.max() < 0.95
    assert ((pixels == 0) | (pixels == 255)).float().mean() < 0.15
    assert pixels[..., 0, :].float().std() > 40


def test_distance_is_exact():
    target = torch.zeros(1, 9, 9, dtype=torch.bool)
    target[0, 2, 3] = target[0, 7, 8] = True
    rows, columns = torch.meshgrid(torch.arange(9.0), torch.arange(9.0), indexing="ij")
    by_hand = torch.minimum(torch.hypot(rows - 2, columns - 3), torch.hypot(rows - 7, columns - 8))
    torch.testing.assert_close(standins._distance_to(target)[0], by_hand.double())


def test_every_font_draws_ten_different_digits():
    for name in standins.FONTS:
        digits = standins._render(name).flatten(1)
        assert digits.any(1).all() and len(digits.unique(dim=0)) == 10


def test_only_digits_need_a_drawing_library_and_say_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(DataError, match="matplotlib is not installed: pip install matplotlib, or"):
        standins._render(standins.FONTS[0])
