"""What a user would write: a plain VQ-VAE of the same layers in the usual PyTorch loop.

It does the same work as slfkit's training: same images, batch, K, D, channel, loss and optimiser.
Images come one by one through torchvision's transforms and a DataLoader.
"""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from benchmarks.scene import Scene
from benchmarks.timing import Row, Turn
from slfkit.data.torchvision_sets import import_torchvision
from slfkit.images import Images

BETA = 0.25
WORKERS = (0, 2)


class PlainVQVAE(nn.Module):
    """Encoder, nearest codeword, noisy channel, decoder: as most VQ-VAE code has them."""

    def __init__(self, codewords: int, dimension: int, crossover: float) -> None:
        super().__init__()
        self.crossover = crossover
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, dimension, 3, padding=1),
        )
        self.codebook = nn.Embedding(codewords, dimension)
        self.decoder = nn.Sequential(
            nn.Conv2d(dimension, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 48, 3, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(48, 3, 8, stride=2, padding=3),
        )

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


def transform() -> Callable[[Image.Image], torch.Tensor]:
    """Return the transforms from a 28 x 28 PIL image to float (1, 32, 32) in [-1, 1]."""
    to = import_torchvision().transforms
    return to.Compose([to.Pad(2), to.ToTensor(), to.Normalize((0.5,), (0.5,))])


class GreyImages(Dataset):
    """Images as torchvision's MNIST gives them: a grey 28 x 28 PIL image each, transformed."""

    def __init__(self, images: Images) -> None:
        self.data = images.pixels[:, 0, 2:-2, 2:-2].cpu().contiguous()  # (N, 28, 28)
        self.targets = images.labels.cpu()
        self.transform = transform()

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image = Image.fromarray(self.data[index].numpy())
        return self.transform(image).expand(3, -1, -1), int(self.targets[index])


def make(scene: Scene, workers: int) -> Turn:
    """Return one epoch of the usual loop, which returns its mean loss; workers stay alive."""
    model = PlainVQVAE(scene.codewords, scene.dimension, scene.crossover).to(scene.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(
        GreyImages(scene.pictures),
        batch_size=scene.batch,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=scene.on_card,
    )

    def train_one_epoch() -> float:
        total = 0.0
        for images, _ in loader:
            images = images.to(scene.device, non_blocking=True)
            seen, quantiser_loss = model(images)
            loss = F.mse_loss(seen, images) + quantiser_loss
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(images)
        return total / scene.images

    return train_one_epoch


def contestants(scene: Scene) -> list[Row]:
    """Return the usual loop with 0 and with 2 workers."""
    name, images = "the usual loop", scene.images
    return [
        Row(f"usual-{n}-workers", f"{name}, {n} workers", images, partial(make, scene, n))
        for n in WORKERS
    ]
