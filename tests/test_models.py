"""The networks: quantiser, straight-through gradient, the last layer's fast form, the parts."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from toys import by_hand, codebook, flat_images, make_images, seeded

from slfkit.channel import SymmetricDMC
from slfkit.images import normalise
from slfkit.models import Decoder, Transceiver, Upsample, reset


def test_nearest_in_a_hand_built_case():
    book = codebook([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    latent = torch.tensor([[1.9, 0.0], [2.1, 0.0], [1.9, 2.1], [-9.0, 3.0], [3.0, 2.9]])
    # (1.9, 2.1): distances 8.02, 8.82, 7.22; (3, 2.9): 17.41, 9.41, 10.21
    assert book.nearest(latent).tolist() == [0, 1, 2, 2, 1]
    tie = codebook([[1.0], [-1.0], [1.0]]).nearest(torch.tensor([[0.0], [1.0]]))
    assert tie.tolist() == [0, 0]  # of two equally near codewords the first


@pytest.mark.parametrize("spread", [0.01, 1.0, 100.0])
def test_nearest_equals_the_table_of_differences(spread):
    latent = spread * torch.randn(2000, 16, generator=seeded())
    book = codebook(spread * torch.randn(32, 16, generator=seeded(1)))
    squares = (latent[:, None].double() - book.weight.double()).square().sum(2)  # (N, K)
    chosen = squares.gather(1, book.nearest(latent)[:, None])[:, 0]
    # a tie within float32 rounding may go either way: compare the distances
    assert torch.allclose(chosen, squares.min(1).values, rtol=1e-5)
    assert (book.nearest(latent) == squares.argmin(1)).double().mean() > 0.999


class LargestTensor(TorchDispatchMode):
    """Notes the largest tensor any operation makes."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        made = [tensor for tensor in tree_leaves(result) if isinstance(tensor, torch.Tensor)]
        self.numbers = max([self.numbers, *(tensor.numel() for tensor in made)])
        return result


def test_nearest_makes_no_table_of_differences():
    latent = torch.randn(500, 16, generator=seeded())
    book = codebook(torch.randn(32, 16, generator=seeded(1)))
    with LargestTensor() as largest:
        book.nearest(latent)
    assert largest.numbers == 500 * 32  # one number per vector and codeword, not times D
    with LargestTensor() as largest:
        (latent[:, None] - book.weight).square().sum(2)
    assert largest.numbers == 500 * 32 * 16  # the measure sees what it is to catch


@pytest.mark.parametrize("seed", range(10))
def test_k_means_finds_two_separated_clusters_and_seeds_empty_ones_again(seed):
    """Standard error of a centre's coordinate: 0.1 / sqrt(200) = 0.0071."""
    centres = torch.tensor([[5.0, 5.0], [-5.0, 5.0]])
    latent = centres.repeat(200, 1) + 0.1 * torch.randn(400, 2, generator=seeded(seed))
    book = codebook(torch.zeros(2, 2))
    book.initialise(latent, seeded(seed))
    found = book.weight[book.weight[:, 0].argsort(descending=True)]
    assert (found - centres).abs().max() < 4 * 0.0071
    # of two points, 99 to 1, both first codewords mostly are the same: the other is left empty
    latent = torch.tensor([[3.0, 3.0]] * 99 + [[4.0, 4.0]])
    book.initialise(latent, seeded(seed), rounds=1000)  # each round hits the one with 1/100
    assert sorted(book.weight.tolist()) == [[3.0, 3.0], [4.0, 4.0]]
    latent = torch.randn(4096, 16, generator=seeded(seed)).relu()
    book = codebook(torch.zeros(32, 16))
    book.initialise(latent, seeded(seed + 100))
    assert book.nearest(latent).unique().numel() == 32  # no codeword starts dead


def test_k_means_lowers_the_distortion_to_a_point_that_the_generator_fixes():
    latent = torch.randn(300, 2, generator=seeded())
    book = codebook(torch.zeros(4, 2))

    def distortion(rounds):
        book.initialise(latent, seeded(1), rounds)
        return (latent - book(book.nearest(latent))).square().sum(1).mean().item()

    course = [distortion(rounds) for rounds in (0, 1, 3, 10, 100)]
    assert course == sorted(course, reverse=True) and course[-1] < 0.8 * course[0]
    nearest = book.nearest(latent)
    means = torch.stack([latent[nearest == k].mean(0) for k in range(4)])
    assert torch.allclose(book.weight, means, atol=1e-6)
    one, same, other = (codebook(torch.zeros(4, 2)) for _ in range(3))
    for book, seed in ((one, 1), (same, 1), (other, 2)):
        book.initialise(latent, seeded(seed), rounds=1)
    assert torch.equal(one.weight, same.weight) and not torch.equal(one.weight, other.weight)


@pytest.mark.parametrize(
    ("crossover", "heard", "gradient"),
    [(0.0, -1.0, 4 * (-1.0 - -0.4)), (1.0, 1.0, 4 * (1.0 - -0.4))],
)
def test_straight_through_by_hand(crossover, heard, gradient):
    """x = -0.4 is sent as codeword -1 and at eps = 1 heard as codeword 1.

    Each latent number feeds 4 pixels, so d(sum 0.5 (x_hat - x)^2)/dz = 4 (x_hat - x), taken at
    what was heard; the loss itself would give z = x and no gradient at all.
    """
    toy, x = by_hand([-1.0, 1.0]), torch.full((2, 3, 32, 32), -0.4, requires_grad=True)
    out = toy(x, SymmetricDMC(crossover, 2), seeded())
    out.latent.retain_grad()
    assert torch.allclose(out.image, torch.full_like(x, heard))
    assert not out.sent.any()  # what was sent, not what was heard
    (0.5 * (out.image - x.detach()).square()).sum().backward()
    assert torch.allclose(out.latent.grad, torch.full((512, 3), gradient))
    # the encoder's mean over 2 x 2 pixels hands on a quarter
    assert torch.allclose(x.grad, torch.full_like(x, gradient / 4))
    assert toy.codebook.weight.grad is None


def test_the_decoder_hears_what_the_codebook_holds():
    toy = Transceiver(seeded(), 8)
    x = normalise(make_images(4).pixels)
    out = toy(x, SymmetricDMC(0.5, 8), seeded(3))
    sent = toy.codebook.nearest(toy.encode(x))
    received = SymmetricDMC(0.5, 8).transmit(sent, seeded(3))
    assert torch.equal(out.sent, sent)
    assert torch.allclose(out.image, toy.decode(toy.codebook(received)), atol=1e-5)
    assert not torch.allclose(out.image, toy.decode(toy.codebook(sent)), atol=1e-2)


def test_rows_are_grid_positions_in_reading_order():
    toy = by_hand([-1.0, 1.0])
    x = torch.zeros(2, 3, 32, 32)
    x[1, 2, 2 * 5, 2 * 7] = 4.0  # image 1, channel 2, grid row 5, column 7: a mean of 1
    latent = toy.encode(x)
    assert latent.shape == (512, 3)
    assert latent.nonzero().tolist() == [[256 + 5 * 16 + 7, 2]] and latent.max() == 1.0
    places = [[1, 2, row, column] for row in (10, 11) for column in (14, 15)]
    assert toy.decode(latent).nonzero().tolist() == places


@pytest.mark.parametrize("side", [1, 2, 5, 16])
def test_fast_and_textbook_upsampling_agree(side):
    """Each output is a sum of at most 16 * 48 products: float32 rounds it by some 1e-6."""
    fast, direct = Upsample(48, 3), Upsample(48, 3)
    with torch.no_grad():
        fast.weight.normal_(0, 0.05, generator=seeded())
        fast.bias.normal_(generator=seeded(1))
    direct.load_state_dict(fast.state_dict())
    direct.direct = True
    x = torch.randn(2, 48, side, side, generator=seeded(2))
    passes = []
    for layer in (fast, direct):
        source = x.clone().requires_grad_()
        y = layer(source)
        assert y.shape == (2, 3, 2 * side, 2 * side)
        (y * torch.randn(y.shape, generator=seeded(3))).sum().backward()
        passes.append((y.detach(), source.grad, layer.weight.grad, layer.bias.grad))
    for one, other in zip(*passes, strict=True):
        assert torch.allclose(one, other, rtol=1e-5, atol=1e-5 * float(other.abs().max()))
    textbook = F.conv_transpose2d(x, direct.weight, direct.bias, stride=2, padding=3)
    assert torch.equal(passes[1][0], textbook)


def test_parts_count_from_the_decoders_last_layer_and_with_the_encoder_hold_all_weights():
    toy = Transceiver(seeded())
    parts = toy.parts()
    assert list(parts) == ["decoder.up", "decoder.conv2", "decoder.conv1", "codebook"]
    assert all(toy.get_submodule(name) is part for name, part in parts.items())
    layers = [layer for layer in toy.decoder if len(list(layer.parameters()))]
    assert list(parts.values()) == [*reversed(layers), toy.codebook]
    held = [p for part in (toy.encoder, *parts.values()) for p in part.parameters()]
    assert sorted(map(id, held)) == sorted(map(id, toy.parameters()))
    # the design's 36.9, 55.5, 18.6 and 2.0 kB of float32
    sizes = [4 * sum(p.numel() for p in part.parameters()) for part in parts.values()]
    assert [round(size / 1000, 1) for size in sizes] == [36.9, 55.5, 18.6, 2.0]
    decoder = Decoder(4)  # its layers run in order
    x = torch.randn(1, 4, 16, 16, generator=seeded())
    hidden = decoder.conv2(decoder.conv1(x).relu()).relu()
    assert torch.equal(decoder(x), decoder.up(hidden))


def test_the_generator_alone_fixes_the_weights_new_or_reset():
    one, two, other = (Transceiver(seeded(s)) for s in (1, 1, 2))
    assert all(map(torch.equal, one.state_dict().values(), two.state_dict().values()))
    assert not any(map(torch.equal, one.state_dict().values(), other.state_dict().values()))
    reset(one, seeded(2))
    assert all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))


def test_reset_draws_uniformly_up_to_one_over_root_fan_in():
    """Uniform on +-b: mean 0 with standard error b / sqrt(3 n), no value beyond b."""
    for layer, fan_in in ((nn.Conv2d(8, 64, 3), 72), (nn.Linear(100, 50), 100)):
        reset(layer, seeded())
        bound, weight = fan_in**-0.5, layer.weight.detach()
        assert 0.99 * bound < weight.abs().max() <= bound
        assert weight.mean().abs() < 4 * bound / (3 * weight.numel()) ** 0.5
        assert 0 < layer.bias.abs().max() <= bound


def test_a_flat_image_stays_flat_under_the_networks_done_by_hand():
    """The toys other tests rest on do what they say."""
    toy, x = by_hand([-1.0, 0.5]), normalise(flat_images([0, 255]).pixels)
    assert torch.equal(toy.decode(toy.encode(x)), x)
    assert toy.codebook.nearest(toy.encode(x)).view(2, 256).unique(dim=1).tolist() == [[0], [1]]
