"""Recovery time (Table I): bytes down, computation, bytes up, at a link and a computing power."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError


@dataclass(frozen=True)
class Link:
    """The background link between Alice and David and Alice's computer; defaults are the paper's.

    Raises:
        ParameterError: a rate or the power is not above zero.
    """

    downlink: float = 2e6  # R_down in bit/s
    uplink: float = 2e6  # R_up in bit/s
    power: float = 30e12  # P in FLOP/s

    def __post_init__(self) -> None:
        for name in ("downlink", "uplink", "power"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{name} {getattr(self, name)!r} must be above zero")


@dataclass(frozen=True)
class RecoveryTime:
    """The three shares of the recovery time, in seconds."""

    download: float
    compute: float
    upload: float

    @property
    def total(self) -> float:
        """T, in seconds."""
        return self.download + self.compute + self.upload


def recovery_time(bytes_down: int, flops: float, bytes_up: int, link: Link) -> RecoveryTime:
    """Return T = 8 S_down / R_down + F / P + 8 S_up / R_up.

    Args:
        bytes_down, bytes_up: lengths of the messages, in bytes.
        flops: F, floating-point operations of the fine-tuning.
    """
    return RecoveryTime(
        8 * bytes_down / link.downlink, flops / link.power, 8 * bytes_up / link.uplink
    )
