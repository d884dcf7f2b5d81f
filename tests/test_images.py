"""Images: scale, mixtures of two sources with labels kept apart, the held-out share."""

import pytest
import torch
from toys import flat_images, make_images

from slfkit.errors import ParameterError
from slfkit.images import Images, blend, join, mixture, normalise, split_held_out


def numbered(count, name="a", classes=3, first=0):
    """Return images whose first two pixel values spell their number, to tell them apart."""
    images = make_images(count, classes=classes, name=name)
    number = torch.arange(first, first + count)
    images.pixels[:, 0, 0, 0], images.pixels[:, 0, 0, 1] = number // 256, number % 256
    return images


def numbers(images):
    """Return the numbers of numbered images."""
    return (images.pixels[:, 0, 0, 0].long() * 256 + images.pixels[:, 0, 0, 1]).tolist()


def channels_last(images):
    return images.pixels.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(("alpha", "value"), [(0.0, 40), (0.25, 80), (0.5, 120), (1.0, 200)])
def test_blend_weights_pixels_and_keeps_the_labels_of_the_first(alpha, value):
    a, b = flat_images([40, 40, 40]), flat_images([200, 200])
    mixed = blend(a, b, alpha)
    assert len(mixed) == 2 and mixed.sources == a.sources
    assert mixed.pixels.dtype == torch.uint8 and set(mixed.pixels.unique().tolist()) == {value}
    a, b = numbered(50), make_images(80, name="b")
    mixed = blend(a, b, 0.0)
    assert [a.labels[n] for n in numbers(mixed)] == mixed.labels.tolist()
    assert sorted(numbers(mixed)) == list(range(50)) != numbers(mixed)


def test_normalise_takes_0_to_255_to_minus_1_to_1():
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8)
    assert normalise(pixels).tolist() == [-1.0, pytest.approx(-0.6), 1.0]
    assert normalise(pixels).dtype == torch.float32
    assert pixels.tolist() == [0, 51, 255]


def test_what_is_taken_by_index_or_slice_or_moved_to_a_device_keeps_all():
    images = numbered(20)
    assert numbers(images.take(torch.tensor([7, 3, 3]))) == [7, 3, 3]
    assert numbers(images.take(slice(4, 6))) == [4, 5]
    chosen = images.take(torch.tensor([7, 3]))
    assert chosen.labels.tolist() == images.labels[[7, 3]].tolist()
    assert chosen.sources == images.sources and len(chosen) == 2
    assert channels_last(chosen)
    moved = images.to("cpu")
    assert moved.checksum() == images.checksum() and moved.sources == images.sources
    assert channels_last(moved)
    assert images.to("meta").pixels.device.type == images.to("meta").labels.device.type == "meta"


def test_join_counts_labels_on():
    a = flat_images([1, 2], labels=[0, 2], sources=(("a", 3),))
    b = flat_images([3, 4], labels=[0, 1], sources=(("b", 2),))
    both = join(a, b)
    assert both.labels.tolist() == [0, 2, 3, 4]
    assert both.pixels[:, 0, 0, 0].tolist() == [1, 2, 3, 4]
    assert both.sources == (("a", 3), ("b", 2)) and both.classes == 5
    assert channels_last(both)
    three = join(both, a)
    assert three.labels.tolist() == [0, 2, 3, 4, 5, 7] and three.classes == 8
    assert a.labels.tolist() == [0, 2] and b.labels.tolist() == [0, 1]


def test_shares_mark_each_sources_images():
    sources = (("a", 3), ("b", 2), ("c", 2))
    images = Images(make_images(6).pixels, torch.tensor([4, 0, 3, 2, 6, 5]), sources)
    marks = images.shares()
    assert list(marks) == ["a", "b", "c"]
    assert marks["a"].tolist() == [False, True, False, True, False, False]
    assert marks["b"].tolist() == [True, False, True, False, False, False]
    assert marks["c"].tolist() == [False, False, False, False, True, True]


@pytest.mark.parametrize(
    ("a", "b", "alpha", "expected"),
    [
        *((80, 80, share, (80 - 80 * share, 80 * share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        (120, 80, 0.0, (120, 0)),
        (120, 80, 0.25, (82, 28)),  # of 110; 27.5 is rounded to the even neighbour
        (120, 80, 0.5, (50, 50)),
        (120, 80, 0.75, (22, 68)),  # of 90; 67.5 likewise
        (120, 80, 1.0, (0, 80)),
        (100, 10, 0.5, (10, 10)),  # b runs out: 55 would need 27 of its 10
        (10, 100, 0.25, (10, 3)),  # a runs out
    ],
)
def test_mixture_has_the_fractions_of_alpha(a, b, alpha, expected):
    mixed = mixture(numbered(a), numbered(b, "b"), alpha)
    found = tuple(int(mark.sum()) for mark in mixed.shares().values())
    assert found == expected
    assert abs(found[1] - alpha * len(mixed)) <= 0.5 and channels_last(mixed)


def test_mixture_takes_no_image_twice_and_keeps_labels_with_images():
    a, b = numbered(300), numbered(300, "b", classes=4, first=1000)
    mixed = mixture(a, b, 0.5)
    found = numbers(mixed)
    assert len(set(found)) == len(found) == 300
    labels = [
        a.labels[number] if number < 1000 else b.labels[number - 1000] + 3 for number in found
    ]
    assert mixed.labels.tolist() == labels
    # a larger alpha only adds images of b
    little, much = (set(numbers(mixture(a, b, alpha))) for alpha in (0.25, 0.75))
    assert {n for n in little if n >= 1000} < much
    assert {n for n in much if n < 1000} < little


@pytest.mark.parametrize("mix", [mixture, blend])
def test_a_mixture_is_the_same_each_time_and_drawn_at_random(mix):
    a, b = numbered(300), numbered(300, "b")
    torch.manual_seed(1)
    first = mix(a, b, 0.5)
    torch.manual_seed(2)
    assert mix(a, b, 0.5).checksum() == first.checksum()
    assert sorted(numbers(first)[:150]) != list(range(150))


@pytest.mark.parametrize("mix", [mixture, blend])
@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_a_mixture_refuses_alpha_outside_0_to_1(mix, alpha):
    with pytest.raises(ParameterError, match=rf"alpha {alpha!r} is outside \[0, 1\]"):
        mix(numbered(4), numbered(4, "b"), alpha)


def test_held_out_split_is_disjoint_complete_and_the_same_each_time():
    images = numbered(700)
    torch.manual_seed(1)
    training, held_out = split_held_out(images, 200)
    assert len(training) == 500 and len(held_out) == 200
    assert sorted(numbers(training) + numbers(held_out)) == list(range(700))
    for part in (training, held_out):
        assert part.labels.tolist() == images.labels[numbers(part)].tolist()
        assert part.sources == images.sources and channels_last(part)
    torch.manual_seed(2)
    assert numbers(split_held_out(numbered(700), 200)[1]) == numbers(held_out)
    # 200 of 700 at random hold 57 of the first 200, standard error 5.4: far from 0 and 200
    assert 30 < sum(number < 200 for number in numbers(held_out)) < 85


@pytest.mark.parametrize("held_out", [0, -1, 10, 11])
def test_held_out_split_refuses_what_does_not_fit(held_out):
    with pytest.raises(ParameterError, match=f"{held_out} held-out images do not fit a set of 10"):
        split_held_out(numbered(10), held_out)


def test_checksum_depends_on_content_and_not_on_memory_order():
    images = numbered(6)
    other = Images(images.pixels.contiguous(), images.labels.clone(), images.sources)
    assert not channels_last(other)
    assert other.checksum() == images.checksum()
    assert len(images.checksum()) == 16 and int(images.checksum(), 16) >= 0
    pixel, label = images.pixels.clone(), images.labels.clone()
    pixel[5, 2, 31, 31] ^= 1
    label[5] += 1
    others = (
        Images(pixel, images.labels, images.sources),
        Images(images.pixels, label, images.sources),
        images.take(torch.tensor([1, 0, 2, 3, 4, 5])),
    )
    assert len({one.checksum() for one in (images, *others)}) == 4
