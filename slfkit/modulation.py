"""Where eps comes from: the crossover probability of eq. 5 at a signal-to-noise ratio.

The paper characterises its channel by eps alone, which falls with the SNR (Section II). Here each
of the K indices is one symbol of a named modulation, and eps its symbol error rate; at no power
all give (K - 1) / K, a guess. Source of the formulas: Proakis and Salehi, *Digital Communications*.

Importing this module loads no torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache

from slfkit.errors import ParameterError, nearest

LEAST, MOST = -60.0, 120.0  # dB between which an SNR is sought
_STEP, _BELOW, _ABOVE = 0.05, 9.0, 12.0  # of an integral, around the middle of two normal means


def fsk_awgn(ratio: float, codewords: int) -> float:
    """Return eps of non-coherent orthogonal K-FSK over white Gaussian noise.

    sum over n = 1..K-1 of (-1)^(n+1) binom(K-1, n) / (n+1) exp(-n g / (n+1)). Its terms cancel, by
    up to 2^K, so they are summed with that many digits to spare.

    Args:
        ratio: g = Es / N0, a plain ratio.
        codewords: K, the number of indices.
    """
    with localcontext() as context:
        context.prec = 30 + codewords
        g, total = Decimal(ratio), Decimal(0)
        for n in range(1, codewords):
            term = math.comb(codewords - 1, n) * (-g * n / (n + 1)).exp() / (n + 1)
            total += term if n % 2 else -term
        return float(total)


def fsk_rayleigh(ratio: float, codewords: int) -> float:
    """Return eps of non-coherent orthogonal K-FSK, every symbol with a Rayleigh fade of its own.

    sum over n = 1..K-1 of (-1)^(n+1) binom(K-1, n) / (1 + n + n g), which equals
    1 - prod n a / (1 + n a) with a = 1 + g, and that product has no cancellation.

    Args:
        ratio: g = mean Es / N0.
        codewords: K, the number of indices.
    """
    a = 1.0 + ratio
    return -math.expm1(sum(math.log1p(-1.0 / (1.0 + n * a)) for n in range(1, codewords)))


def coherent_orthogonal(ratio: float, codewords: int) -> float:
    """Return eps of K orthogonal signals, coherently detected over white Gaussian noise.

    The integral of phi(x - sqrt(2 g)) (1 - (1 - Q(x))^(K-1)); the trapezoid rule converges faster
    than any power of its step for such an integrand.

    Args:
        ratio: g = Es / N0.
        codewords: K, the number of indices.
    """
    mean = math.sqrt(2.0 * ratio)
    first = mean / 2 - _BELOW  # errors come from where both tails meet, halfway
    points = (first + _STEP * n for n in range(int((_BELOW + _ABOVE) / _STEP) + 1))
    return _STEP * sum(_normal(x - mean) * _some(_q(x), codewords - 1) for x in points)


def outage(ratio: float, codewords: int, rate: float = 1.0) -> float:
    """Return eps where a Rayleigh fade below the rate loses the symbol, and a guess replaces it.

    (1 - exp(-(2^R - 1) / g)) (K - 1) / K.

    Args:
        ratio: g, the mean SNR.
        codewords: K, the number of indices.
        rate: R in bit/s/Hz.
    """
    lost = -math.expm1(-(2.0**rate - 1.0) / ratio) if ratio else 1.0
    return lost * (codewords - 1) / codewords


def bits(ratio: float, codewords: int) -> float:
    """Return eps where an index is sent as log2 K bits of BPSK over white Gaussian noise.

    1 - (1 - Q(sqrt(2 g)))^log2 K: an index is right if all its bits are.

    Args:
        ratio: g = Eb / N0, of each bit.
        codewords: K, a power of two.

    Raises:
        ParameterError: K is not a power of two.
    """
    return _some(bit_error(ratio), bits_of(codewords))


def qam(ratio: float, codewords: int) -> float:
    """Return eps of square K-QAM over white Gaussian noise.

    1 - (1 - 2 (1 - 1 / sqrt K) Q(sqrt(3 g / (K - 1))))^2.

    Args:
        ratio: g = Es / N0.
        codewords: K, a square number.

    Raises:
        ParameterError: K is not a square number.
    """
    side = math.isqrt(codewords)
    if side * side != codewords:
        raise ParameterError(
            f"qam cannot send {codewords!r} codewords: its square grid takes 16, 64 or another "
            "square number; choose such a K, or another modulation"
        )
    return _some(2.0 * (1.0 - 1.0 / side) * _q(math.sqrt(3.0 * ratio / (codewords - 1))), 2)


def bit_error(ratio: float) -> float:
    """Return the error probability Q(sqrt(2 g)) of one bit of BPSK at g = Eb / N0."""
    return _q(math.sqrt(2.0 * ratio))


def bits_of(codewords: int) -> int:
    """Return log2 K.

    Raises:
        ParameterError: K is not a power of two.
    """
    if codewords < 2 or codewords & (codewords - 1):
        raise ParameterError(
            f"{codewords!r} codewords do not fill whole bits: choose a power of two such as 32, or "
            "a modulation other than bits"
        )
    return codewords.bit_length() - 1


def _q(x: float) -> float:
    """Return the upper tail of the normal distribution."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


def _normal(x: float) -> float:
    """Return the density of the normal distribution."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _some(probability: float, times: int) -> float:
    """Return the probability 1 - (1 - p)^n that one of n independent errors happens."""
    return 1.0 if probability >= 1.0 else -math.expm1(times * math.log1p(-probability))


@dataclass(frozen=True)
class Modulation:
    """How an index is sent, and with it which eps goes with which SNR."""

    name: str  # as ``modulation`` takes it
    text: str  # its name in a figure
    ratio: str  # what its SNR is the ratio of
    formula: Callable[[float, int], float]  # (plain ratio, K) -> eps

    def crossover(self, decibels: float, codewords: int = 32) -> float:
        """Return eps at an SNR in dB.

        Raises:
            ParameterError: the SNR is not a finite number, or it does not send this K.
        """
        if not math.isfinite(decibels):
            raise ParameterError(f"SNR {decibels!r} is not a finite number of decibels")
        return _crossover(self, float(decibels), codewords)

    def decibels(self, crossover: float, codewords: int = 32) -> float:
        """Return the SNR in dB that gives an eps, by bisection: eps falls with the SNR.

        Raises:
            ParameterError: no SNR between ``LEAST`` and ``MOST`` dB gives this eps, or it does not
                send this K.
        """
        low, high = LEAST, MOST
        most, least = self.crossover(low, codewords), self.crossover(high, codewords)
        if not least < crossover < most:
            raise ParameterError(
                f"no SNR gives crossover {crossover!r}: with {codewords} codewords {self.name} "
                f"reaches what lies above {least:.3g} and below {most:.3g}"
            )
        while high - low > 1e-9:
            middle = (low + high) / 2
            above = self.crossover(middle, codewords) > crossover
            low, high = (middle, high) if above else (low, middle)
        return (low + high) / 2


@cache
def _crossover(kind: Modulation, decibels: float, codewords: int) -> float:
    return kind.formula(10.0 ** (decibels / 10.0), codewords)


MODULATIONS = {
    kind.name: kind
    for kind in (
        Modulation("fsk-awgn", "non-coherent FSK, AWGN", "Es/N0", fsk_awgn),
        Modulation(
            "coherent-orthogonal", "coherent orthogonal, AWGN", "Es/N0", coherent_orthogonal
        ),
        Modulation("fsk-rayleigh", "non-coherent FSK, Rayleigh", "Es/N0", fsk_rayleigh),
        Modulation("outage", "outage at 1 bit/s/Hz, Rayleigh", "SNR", outage),
        Modulation("bits", "BPSK bits, AWGN", "Eb/N0", bits),
        Modulation("qam", "square QAM, AWGN", "Es/N0", qam),
    )
}


def modulation(name: str) -> Modulation:
    """Return the modulation of this name.

    Raises:
        ParameterError: there is none.
    """
    if name not in MODULATIONS:
        raise ParameterError(f"there is no modulation {name!r}{nearest(str(name), MODULATIONS)}")
    return MODULATIONS[name]
