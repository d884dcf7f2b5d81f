"""Recovery time, against Table I of the paper."""

import math

import pytest
import torch
from toys import seeded

from slfkit.errors import ParameterError
from slfkit.evaluation import flops_per_image
from slfkit.models import Transceiver
from slfkit.recovery import Link, RecoveryTime, recovery_time

# Table I: kB up, TFLOP and seconds for reconstruction, the same for classification; f = 0..4
UPLOAD = [114, 76, 22, 2, 0]
RECONSTRUCTION = [(79.02, 3.542), (64.28, 2.900), (48.19, 2.144), (50.63, 2.144), (47.32, 2.026)]
CLASSIFICATION = [(75.43, 3.422), (67.49, 3.000), (39.69, 1.864), (37.31, 1.704), (34.17, 1.586)]


def truncated(seconds):
    """Cut off after two decimals, as the paper does with its compute times."""
    return math.floor(seconds * 100) / 100


@pytest.mark.parametrize("task", [RECONSTRUCTION, CLASSIFICATION])
@pytest.mark.parametrize("frozen", range(5))
def test_table_1(task, frozen):
    tera, printed = task[frozen]
    found = recovery_time(114_000, tera * 1e12, UPLOAD[frozen] * 1000, Link())
    assert found.download == pytest.approx(0.456)
    assert found.upload == pytest.approx(UPLOAD[frozen] * 0.004)
    assert found.download + truncated(found.compute) + found.upload == pytest.approx(printed)


def test_each_share_uses_its_own_rate():
    found = recovery_time(1000, 6e9, 500, Link(downlink=1e3, uplink=2e3, power=3e9))
    assert found == RecoveryTime(download=8.0, compute=2.0, upload=2.0)
    assert found.total == 12.0
    assert recovery_time(0, 0, 0, Link()).total == 0.0


@pytest.mark.parametrize("name", ["downlink", "uplink", "power"])
@pytest.mark.parametrize("value", [0, -1.0, math.nan])
def test_link_refuses_what_is_not_above_zero(name, value):
    with pytest.raises(ParameterError, match=f"{name} {value!r} must be above zero"):
        Link(**{name: value})


def test_counting_leaves_the_model_as_it_was():
    model = Transceiver(seeded())
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    flops_per_image(model)
    assert all(p.grad is None for p in model.parameters())
    assert not model.decoder.up.direct
    assert all(torch.equal(before[name], t) for name, t in model.state_dict().items())
