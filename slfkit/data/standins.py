"""Stand-ins for MNIST and CIFAR-10: labelled images generated in the process, without any data.

They are not the real data sets and their numbers are not the paper's. They have the same shapes,
ten classes and comparable difficulty, so that every experiment runs anywhere within minutes.
All randomness comes from the generator that is passed, which lives on the CPU. Everything is drawn
in double precision and rounded to bytes at the end, so that with the same versions of the libraries
a seed gives the same bytes on every processor, however that rounds its sums.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from slfkit.errors import DataError, ParameterError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

CLASSES = 10
SIZE = 32  # pixels per side of every image
INNER = 28  # pixels per side of the part that holds the digit; the rest is a black border
FINE = 3  # the fonts are drawn this many times finer than the images
EXACT = torch.float64  # alike enough everywhere, so that bytes are the same
CHUNK = 1000  # images made at once, which bounds the memory
_FONTS = """
    DejaVuSans DejaVuSans-Bold DejaVuSans-Oblique DejaVuSerif DejaVuSerif-Bold DejaVuSerif-Italic
    STIXGeneral STIXGeneralBol STIXGeneralItalic STIXGeneralBolIta cmr10 cmb10 cmss10 cmti10 cmtt10
"""
FONTS = tuple(_FONTS.split())
Draw = Callable[[Tensor, Generator], Tensor]  # labels -> brightness in 0..1, (n, 3, 32, 32)
Shape = Callable[[Tensor, Tensor, Tensor], Tensor]


def glyphs(count: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Draw `count` distorted digits: a hard stand-in for MNIST, not MNIST.

    Digits of matplotlib's bundled fonts under random rotation, shear, scale, shift, elastic
    distortion and stroke weight; white on black, within the central 28 x 28 pixels.

    Returns:
        Pixels, uint8 (count, 3, 32, 32) in 0..255 with three equal channels, and labels, int64
        (count,) in 0..9, as equally frequent as `count` allows.

    Raises:
        ParameterError: `count` is not a positive whole number.
    """
    return _collect(count, generator, _glyph_images)


def scenes(count: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Draw `count` small coloured pictures of shapes and textures: a stand-in for CIFAR-10.

    Each shows one of the ten `SHAPES` at a random place, size, angle and colour, shaded, before a
    coloured background whose power falls with frequency as in natural images.

    Returns:
        Pixels, uint8 (count, 3, 32, 32) in 0..255, and labels, int64 (count,), the position in
        `SHAPES`, as equally frequent as `count` allows.

    Raises:
        ParameterError: `count` is not a positive whole number.
    """
    return _collect(count, generator, _scene_images)


STANDINS = {"glyphs": glyphs, "scenes": scenes}


def _collect(count: int, generator: Generator, draw: Draw) -> tuple[Tensor, Tensor]:
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise ParameterError(f"count {count!r}: give a whole number of images, 1 or more")
    labels = torch.randperm(count, generator=generator) % CLASSES  # (count,)
    drawn = (draw(part, generator).clamp(0, 1) * 255 for part in labels.split(CHUNK))
    return torch.cat([part.round().to(torch.uint8) for part in drawn]), labels


def _uniform(low: float, high: float, shape: tuple[int, ...], generator: Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=generator, dtype=EXACT)


def _normal(shape: tuple[int, ...], generator: Generator) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=EXACT)


def _glyph_images(labels: Tensor, generator: Generator) -> Tensor:
    atlas, radius = _atlas()
    n = len(labels)
    font = torch.randint(len(FONTS), (n,), generator=generator)
    depth = F.grid_sample(
        atlas[font, labels], _glyph_grid(n, generator), padding_mode="border", align_corners=False
    )  # (n, 1, 28, 28)
    weight = _stroke_weight(radius[font, labels], generator)  # (n, 1, 1, 1)
    blur = _uniform(1.0, 2.2, (n, 1, 1, 1), generator)  # width of the grey edge in pixels
    light = _uniform(0.8, 1.0, (n, 1, 1, 1), generator)
    ink = light * (0.5 + (depth + weight) / blur).clamp(0, 1)
    return F.pad(ink, [(SIZE - INNER) // 2] * 4).expand(n, 3, SIZE, SIZE)


def _stroke_weight(radius: Tensor, generator: Generator) -> Tensor:
    """What to add to the depth in pixels so that the pens are alike whatever the font's weight."""
    target = _uniform(1.0, 2.2, radius.shape, generator)
    # Thinning a pen by more than a quarter would cut the hairlines of fonts with contrast.
    return torch.maximum(target - radius, -0.25 * radius)[:, None, None, None]


def _glyph_grid(n: int, generator: Generator) -> Tensor:
    """Where in the atlas each pixel is taken from: a random affine map, then an elastic one."""
    pixel = 2 / INNER  # in the coordinates of grid_sample, which run from -1 to 1
    shift = _uniform(-1.5 * pixel, 1.5 * pixel, (n, 2, 1), generator)
    grid = F.affine_grid(
        torch.cat([_linear_map(n, generator), shift], 2), (n, 1, INNER, INNER), align_corners=False
    )  # (n, 28, 28, 2)
    knots = _normal((n, 2, 5, 5), generator)
    wobble = F.interpolate(knots, size=(INNER, INNER), mode="bicubic", align_corners=True)
    strength = _uniform(0.4, 1.2, (n, 1, 1, 1), generator) * pixel
    return grid + strength * wobble.permute(0, 2, 3, 1)


def _linear_map(n: int, generator: Generator) -> Tensor:
    angle = _uniform(-math.pi / 9, math.pi / 9, (n,), generator)
    slant = _uniform(-0.35, 0.35, (n,), generator)
    width, height = 1 / _uniform(0.8, 1.15, (2, n), generator)
    cos, sin, zero, one = angle.cos(), angle.sin(), torch.zeros_like(angle), torch.ones_like(angle)
    turn = torch.stack([cos, -sin, sin, cos], 1).view(n, 2, 2)
    shear = torch.stack([one, slant, zero, one], 1).view(n, 2, 2)
    scale = torch.stack([width, zero, zero, height], 1).view(n, 2, 2)
    return turn @ shear @ scale  # (n, 2, 2)


@lru_cache(maxsize=1)
def _atlas() -> tuple[Tensor, Tensor]:
    """Every digit of every font as depth below its outline, in pixels, and its pen's radius.

    A depth, unlike an image, can be thickened or thinned by adding a number.

    Returns:
        Depths (fonts, 10, 1, 84, 84), positive inside the strokes, and radii (fonts, 10).
    """
    depths = torch.stack([_depth(_render(name)) for name in FONTS]) / FINE
    return depths[:, :, None], depths.amax((2, 3))


def _render(name: str) -> Tensor:
    """The ten digits of one bundled font, centred and 20 pixels high: bool (10, 84, 84)."""
    try:
        import matplotlib  # here, since only digits need it
        from PIL import ImageFont
    except ImportError as error:
        raise DataError(
            f"the stand-in digits are drawn with matplotlib's fonts and Pillow; {error.name} is "
            "not installed: pip install matplotlib, or take the profile paper, which needs neither"
        ) from error
    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
    side, height = INNER * FINE, 20 * FINE
    probe = ImageFont.truetype(path, side, layout_engine=ImageFont.Layout.BASIC)
    top, bottom = probe.getbbox("8")[1::2]
    size = round(side * height / (bottom - top))
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    return torch.stack([_draw(str(digit), font, side) for digit in range(CLASSES)])


def _draw(text: str, font: FreeTypeFont, side: int) -> Tensor:
    """The text in the middle of a square: bool (side, side)."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (side, side))
    left, top, right, bottom = font.getbbox(text)
    corner = ((side - left - right) // 2, (side - top - bottom) // 2)
    ImageDraw.Draw(image).text(corner, text, fill=255, font=font)
    return torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(side, side) > 127


def _depth(inside: Tensor) -> Tensor:
    """Signed distance to the outline, positive inside: bool (n, s, s) -> float (n, s, s)."""
    return _distance_to(~inside) - _distance_to(inside)


def _distance_to(target: Tensor) -> Tensor:
    """Distance of each point to the nearest true one, exactly: the rows first, then the columns."""
    steps = torch.arange(target.shape[-1], dtype=EXACT)
    squares = (steps[:, None] - steps) ** 2  # (s, s)
    far = torch.where(target, 0.0, 1e6).to(EXACT)[:, :, None, :]  # (n, s, 1, s)
    along = (far + squares).amin(-1)  # (n, s, s)
    return (along.transpose(1, 2)[:, :, None, :] + squares).amin(-1).transpose(1, 2).sqrt()


def _disc(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    return 1 - torch.hypot(u, v)


def _square(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    return 0.85 - torch.maximum(u.abs(), v.abs())


def _triangle(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    return torch.minimum(0.7 - v, (v + 1.1 - 1.9 * u.abs()) / 2)


def _cross(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    near, far = torch.minimum(u.abs(), v.abs()), torch.maximum(u.abs(), v.abs())
    return torch.minimum(0.3 - near, 1 - far)


def _star(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    return 0.68 + 0.32 * torch.cos(5 * torch.atan2(u, -v)) - torch.hypot(u, v)


def _checker(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
    pattern = torch.sin(math.pi * waves * u) * torch.sin(math.pi * waves * v)
    return torch.minimum(pattern / (math.pi * waves), 1.1 - torch.maximum(u.abs(), v.abs()))


def _striped(along: Callable[[Tensor, Tensor], Tensor]) -> Shape:
    """The shape of stripes, `waves` half-waves to a unit of along(u, v), within a disc."""

    def shape(u: Tensor, v: Tensor, waves: Tensor) -> Tensor:
        stripes = torch.cos(math.pi * waves * along(u, v)) / (math.pi * waves)
        return torch.minimum(stripes, 1.15 - torch.hypot(u, v))

    return shape


# (u, v, waves) -> how far inside a point lies; all in units of the object's radius, (n, 32, 32).
SHAPES = {
    "disc": _disc,
    "square": _square,
    "triangle": _triangle,
    "cross": _cross,
    "star": _star,
    "rings": _striped(torch.hypot),
    "rows": _striped(lambda u, v: v),
    "columns": _striped(lambda u, v: u),
    "diagonals": _striped(lambda u, v: (u + v) / math.sqrt(2)),
    "checker": _checker,
}


def _scene_images(labels: Tensor, generator: Generator) -> Tensor:
    n = len(labels)
    ground, paint = _colours(n, generator)  # (n, 3, 1, 1) each
    back = ground + _coloured_noise(n, generator)
    front = paint + _uniform(0.03, 0.12, (n, 1, 1, 1), generator) * _noise((n, 1), generator)
    cover = _cover(labels, generator)[:, None]  # (n, 1, 32, 32)
    return _light(n, generator) * torch.lerp(back, front, cover)


def _colours(n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """A colour for the ground and one for the object that differs from it, mostly in brightness."""
    ground = _uniform(0.25, 0.75, (n, 1, 1, 1), generator) + _tint(n, generator)
    distance = _uniform(0.25, 0.6, (n, 1, 1, 1), generator)
    # Towards the other side of grey, so that the two rarely clip to the same colour.
    brighter = torch.where(ground.mean(1, keepdim=True) < 0.5, 1.0, -1.0).to(EXACT)
    return ground, ground + brighter * distance + _tint(n, generator)


def _tint(n: int, generator: Generator) -> Tensor:
    return 0.12 * _normal((n, 3, 1, 1), generator)


def _coloured_noise(n: int, generator: Generator) -> Tensor:
    """Noise whose channels are correlated in a way of each image's own: (n, 3, 32, 32)."""
    mix = 0.6 + 0.25 * _normal((n, 3, 3), generator)
    mix = mix / mix.norm(dim=2, keepdim=True)
    contrast = _uniform(0.08, 0.25, (n, 1, 1, 1), generator)
    return contrast * torch.einsum("nij,njhw->nihw", mix, _noise((n, 3), generator))


def _noise(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Noise of amplitude 1/f^a, a in 1.1..1.9 for each image, unit variance: (*shape, 32, 32)."""
    side = SIZE * 3 // 2  # cropped, since the transform would wrap the edges round
    white = _normal((*shape, side, side), generator)
    rows, columns = torch.fft.fftfreq(side, dtype=EXACT), torch.fft.rfftfreq(side, dtype=EXACT)
    frequency = torch.hypot(rows[:, None], columns).clamp_min(1 / side)  # (side, side // 2 + 1)
    power = _uniform(1.1, 1.9, (shape[0], 1, 1, 1), generator)
    field = torch.fft.irfft2(torch.fft.rfft2(white) * frequency**-power, s=(side, side))
    return (field / field.std((2, 3), keepdim=True))[..., :SIZE, :SIZE]


def _cover(labels: Tensor, generator: Generator) -> Tensor:
    """How much of each pixel the object hides, in 0..1: (n, 32, 32)."""
    n = len(labels)
    radius = _uniform(7, 13, (n, 1, 1), generator)  # pixels
    u, v = _object_coordinates(n, radius, generator)
    waves = _uniform(2.0, 3.5, (n, 1, 1), generator)
    cover = torch.empty(n, SIZE, SIZE, dtype=EXACT)
    for label, shape in enumerate(SHAPES.values()):
        own = labels == label
        inside = shape(u[own], v[own], waves[own]) * radius[own]  # pixels
        cover[own] = (0.5 + inside).clamp(0, 1)
    return cover


def _object_coordinates(n: int, radius: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Pixel centres in the object's own turned frame, in units of its radius: two (n, 32, 32)."""
    steps = torch.arange(SIZE, dtype=EXACT) - (SIZE - 1) / 2
    place = _uniform(-1, 1, (2, n, 1, 1), generator) * (SIZE / 2 - 0.8 * radius)
    x, y = (steps - place[0]) / radius, (steps[:, None] - place[1]) / radius
    angle = _uniform(-math.pi / 10, math.pi / 10, (n, 1, 1), generator)
    stretch = _uniform(0.85, 1.15, (n, 1, 1), generator)
    u = angle.cos() * x + angle.sin() * y
    v = angle.cos() * y - angle.sin() * x
    return u * stretch, v / stretch


def _light(n: int, generator: Generator) -> Tensor:
    """Brightness that changes linearly across the picture: (n, 1, 32, 32)."""
    steps = torch.linspace(-1, 1, SIZE, dtype=EXACT)
    slope = _uniform(-0.25, 0.25, (2, n, 1, 1, 1), generator)
    return 1 + slope[0] * steps + slope[1] * steps[:, None]
