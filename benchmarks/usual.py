"""What a user would write: a plain VQ-VAE of the same layers in the usual PyTorch loop.

It does the same work as slfkit's training: same images, batch, K, D, channel, loss and optimiser.
Images come one by one through torchvision's transforms and a DataLoader.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset

from slfkit.data import loading, places, torchvision_sets
from slfkit.data.torchvision_sets import import_torchvision
from slfkit.images import Images

from .scene import Scene
from .timing import Contestant, Turn

BETA = 0.25
WORKERS = (0, 2)


class PlainVQVAE(nn.Module):
    """Encoder, nearest codeword, noisy channel, decoder: as most VQ-VAE code has them."""

    def __init__(self, codewords: int, dimension: int, crossover: float) -> None:
        super().__init__()
        self.crossover = crossover
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, dimension, 3, padding=1),
        )  # fmt: skip
        self.codebook = nn.Embedding(codewords, dimension)
        self.decoder = nn.Sequential(
            nn.Conv2d(dimension, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, 48, 3, padding=1), nn.ReLU(),
            nn.ConvTranspose2d(48, 3, 8, stride=2, padding=3),
        )  # fmt: skip

    def nearest(self, z: torch.Tensor) -> torch.Tensor:
        """Return the index of the nearest codeword: (N, D) -> (N,)."""
        words = self.codebook.weight
        distances = z.pow(2).sum(1, keepdim=True) + words.pow(2).sum(1) - 2 * z @ words.t()
        return distances.argmin(1)

    def send(self, indices: torch.Tensor) -> torch.Tensor:
        """Swap each index for another one with probability eps."""
        words = self.codebook.num_embeddings
        swapped = torch.rand(indices.shape, device=indices.device) < self.crossover
        shift = torch.randint(1, words, indices.shape, device=indices.device)
        return torch.where(swapped, (indices + shift) % words, indices)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return x_hat (B, 3, 32, 32) and the two terms of the quantiser's loss."""
        z = self.encoder(x).permute(0, 2, 3, 1)  # (B, 16, 16, D)
        flat = z.reshape(-1, z.shape[-1])
        sent = self.nearest(flat.detach())
        chosen = self.codebook(sent).view_as(z)
        received = self.codebook(self.send(sent)).view_as(z)
        loss = F.mse_loss(chosen, z.detach()) + BETA * F.mse_loss(z, chosen.detach())
        through = z + (received - z).detach()
        return self.decoder(through.permute(0, 3, 1, 2).contiguous()), loss


def train_one_epoch(model: PlainVQVAE, loader: DataLoader, optimiser, device: str) -> float:
    """Make one pass over the loader; return the mean loss."""
    total = 0.0
    for images, _ in loader:
        images = images.to(device, non_blocking=True)
        seen, quantiser_loss = model(images)
        loss = F.mse_loss(seen, images) + quantiser_loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(images)
    return total / len(loader.dataset)


def three_channels(image: torch.Tensor) -> torch.Tensor:
    """Repeat a grey image over three channels: (1, 32, 32) -> (3, 32, 32)."""
    return image.expand(3, -1, -1)


def transform():
    """Return the transforms from a 28 x 28 PIL image to float (3, 32, 32) in [-1, 1]."""
    transforms = import_torchvision().transforms
    return transforms.Compose(
        [
            transforms.Pad(2),
            transforms.ToTensor(),
            transforms.Normalize((0.5,), (0.5,)),
            transforms.Lambda(three_channels),
        ]
    )


class StandIns(Dataset):
    """Stand-in images handed out as torchvision's MNIST does: a grey PIL image, transformed."""

    def __init__(self, images: Images, transform) -> None:
        self.data = images.pixels[:, 0, 2:-2, 2:-2].contiguous()  # (N, 28, 28)
        self.targets = images.labels
        self.transform = transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        from PIL import Image

        image = Image.fromarray(self.data[index].numpy())
        return self.transform(image), int(self.targets[index])


def dataset(scene: Scene) -> Dataset:
    """Return the scene's images as a data set: torchvision's own MNIST, or the stand-ins."""
    if scene.source != "mnist":
        return StandIns(loading.load(scene.source, "train", scene.images), transform())
    mnist = torchvision_sets._open(
        torchvision_sets._dataset_class("mnist"), places.data_root(), "train"
    )
    mnist.transform = transform()
    return Subset(mnist, range(scene.images))


def make(scene: Scene, workers: int) -> Turn:
    """Return one epoch of the usual loop; its workers live on from turn to turn."""
    model = PlainVQVAE(scene.codewords, scene.dimension, scene.crossover).to(scene.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(
        dataset(scene),
        batch_size=scene.batch,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=scene.device.startswith("cuda"),
    )
    return lambda: train_one_epoch(model, loader, optimiser, scene.device)


def contestants(scene: Scene) -> list[Contestant]:
    """Return the usual loop with 0 and with 2 workers."""
    return [
        Contestant(
            f"usual-{workers}-workers",
            f"the usual loop, {workers} workers",
            scene.images,
            lambda workers=workers: make(scene, workers),
        )
        for workers in WORKERS
    ]
