"""SNR and eps: against a table, by simulation, at the limits, and back again."""

import math

import numpy as np
import pytest

from slfkit.errors import ParameterError
from slfkit.modulation import MODULATIONS, Modulation, bits_of, modulation

EPS = (0.05, 0.1, 0.3, 0.5)
# dB at K = 32, computed independently with quadrature and mpmath
TABLE = {
    "fsk-awgn": (10.00, 9.16, 7.10, 5.31),
    "coherent-orthogonal": (8.82, 7.84, 5.40, 3.22),
    "fsk-rayleigh": (18.88, 15.68, 10.04, 6.65),
    "outage": (12.76, 9.63, 4.31, 1.39),
    "bits": (4.29, 3.17, 0.42, -1.96),
}
SENT = 100_000


@pytest.mark.parametrize("name", TABLE)
def test_the_decibels_of_the_book_s_channels(name):
    shown = [round(modulation(name).decibels(eps), 2) for eps in EPS]
    assert shown == pytest.approx(TABLE[name], abs=1e-9)


def complex_noise(rng, *shape):
    """Return noise of power one: half in each part."""
    parts = rng.standard_normal((2, *shape))
    return (parts[0] + 1j * parts[1]) / math.sqrt(2)


def fsk_awgn(rng, g, words):
    """K correlators, all noise but the sent one, which also has the signal."""
    seen = complex_noise(rng, SENT, words)
    seen[:, 0] += math.sqrt(g)
    return np.abs(seen).argmax(1) != 0


def fsk_rayleigh(rng, g, words):
    seen = complex_noise(rng, SENT, words)
    seen[:, 0] += math.sqrt(g) * complex_noise(rng, SENT)
    return np.abs(seen).argmax(1) != 0


def coherent_orthogonal(rng, g, words):
    seen = rng.standard_normal((SENT, words))
    seen[:, 0] += math.sqrt(2 * g)
    return seen.argmax(1) != 0


def outage(rng, g, words):
    lost = np.log2(1 + g * np.abs(complex_noise(rng, SENT)) ** 2) < 1
    return lost & (rng.integers(words, size=SENT) != 0)


def bits(rng, g, words):
    """Each bit is -1 or +1 in noise of variance N0 / 2 at Eb = 1."""
    seen = 1 + rng.standard_normal((SENT, bits_of(words))) * math.sqrt(1 / (2 * g))
    return (seen < 0).any(1)


def qam(rng, g, words):
    """The nearest point of a square grid of mean energy one, received in noise of power 1 / g."""
    side = math.isqrt(words)
    levels = np.arange(side) * 2.0 - side + 1
    grid = (levels[:, None] + 1j * levels[None, :]).ravel()
    grid /= math.sqrt((np.abs(grid) ** 2).mean())
    sent = rng.integers(words, size=SENT // 5)
    seen = grid[sent] + complex_noise(rng, SENT // 5) / math.sqrt(g)
    return np.abs(seen[:, None] - grid[None, :]).argmin(1) != sent


SIMULATED = (fsk_awgn, fsk_rayleigh, coherent_orthogonal, outage, bits, qam)


@pytest.mark.parametrize("simulate", SIMULATED, ids=lambda one: one.__name__)
@pytest.mark.parametrize("decibels", [-3.0, 4.0, 8.0])
def test_each_formula_is_the_error_rate_of_a_simulated_link(simulate, decibels):
    """Within four standard errors, sqrt(eps (1 - eps) / n): at 0.3 and 100,000 symbols 0.0058."""
    words = 16 if simulate is qam else 32
    wrong = simulate(np.random.default_rng(7), 10 ** (decibels / 10), words)
    name = simulate.__name__.replace("_", "-")
    eps = modulation(name).crossover(decibels, words)
    assert 0.0 < eps < 1.0
    assert abs(wrong.mean() - eps) < 4 * math.sqrt(eps * (1 - eps) / len(wrong))


@pytest.mark.parametrize("kind", MODULATIONS.values(), ids=MODULATIONS)
def test_eps_falls_with_the_snr_from_a_guess_to_nothing_and_its_inverse_leads_back(kind):
    words = 64 if kind.name == "qam" else 32
    assert kind.formula(0.0, words) == pytest.approx((words - 1) / words, rel=1e-12)
    assert kind.crossover(120.0, words) < 1e-11
    values = [kind.crossover(decibels, words) for decibels in range(-6, 21, 2)]
    assert values == sorted(values, reverse=True) and len(set(values)) == len(values)
    for eps in (1e-6, *EPS, 0.9):
        assert kind.crossover(kind.decibels(eps, words), words) == pytest.approx(eps, rel=1e-7)


@pytest.mark.parametrize("words", [2, 3, 32, 128])
def test_alternating_sums_are_exact(words):
    """Against the same sums with exact fractions; for FSK at g = 0 all terms are rational."""
    from fractions import Fraction

    def total(term):
        signs = ((-1) ** (n + 1) * math.comb(words - 1, n) for n in range(1, words))
        return float(sum(sign * term(n) for n, sign in enumerate(signs, start=1)))

    fsk, fading = (modulation(f"fsk-{air}").formula for air in ("awgn", "rayleigh"))
    assert fsk(0.0, words) == pytest.approx(total(lambda n: Fraction(1, n + 1)), rel=1e-13)
    for g in (0.5, 8.0, 1024.0):
        exact = total(lambda n, g=Fraction(g): 1 / (1 + n + n * g))
        assert fading(g, words) == pytest.approx(exact, rel=1e-12)


def test_two_signals_have_their_textbook_error_rates():
    for g in (0.1, 1.0, 10.0, 40.0):
        assert MODULATIONS["fsk-awgn"].formula(g, 2) == pytest.approx(math.exp(-g / 2) / 2)
        assert MODULATIONS["fsk-rayleigh"].formula(g, 2) == pytest.approx(1 / (2 + g))
        orthogonal = 0.5 * math.erfc(math.sqrt(g / 2))
        assert MODULATIONS["coherent-orthogonal"].formula(g, 2) == pytest.approx(orthogonal)


def test_at_high_snr_the_union_bound_is_all_there_is():
    """(K - 1) exp(-g / 2) / 2 for FSK, (K - 1) Q(sqrt g) coherently: tiny rates keep digits."""
    fsk, coherent = (MODULATIONS[name].formula for name in ("fsk-awgn", "coherent-orthogonal"))
    assert fsk(200.0, 32) == pytest.approx(31 * math.exp(-100) / 2, rel=1e-6)
    assert coherent(200.0, 32) == pytest.approx(31 * math.erfc(10) / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "eps", "words", "message"),
    [
        *(
            ("bits", eps, 32, f"no SNR gives crossover {eps!r}: with 32 codewords")
            for eps in (0.0, 31 / 32, 1.0, -0.1, math.nan)
        ),
        ("qam", 0.1, 32, "qam cannot send 32 codewords"),
        ("bits", 0.1, 48, "48 codewords do not fill whole bits"),
        ("bits", 0.1, 1, "1 codewords do not fill whole bits"),
        ("fsk-awn", 0.1, 32, "no modulation 'fsk-awn': did you mean 'fsk-awgn'"),
    ],
)
def test_what_no_snr_gives_or_no_modulation_sends_is_refused(name, eps, words, message):
    with pytest.raises(ParameterError, match=message):
        modulation(name).decibels(eps, words)


def test_an_snr_that_is_no_number_is_refused():
    with pytest.raises(ParameterError, match="SNR inf is not a finite number"):
        modulation("bits").crossover(math.inf)


def test_a_modulation_of_one_s_own_joins():
    own = Modulation("mine", "halving", "g", lambda g, words: (words - 1) / words / (1 + g))
    assert own.decibels(31 / 64) == pytest.approx(0.0, abs=1e-6)
