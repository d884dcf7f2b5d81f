from slfkit.modulation import modulation
from slfkit.reporting.decibels import SHOWN

still, fading = modulation("fsk-awgn"), modulation("fsk-rayleigh")
for eps in SHOWN:
    more = fading.decibels(eps) - still.decibels(eps)
    print(f"eps = {eps:g}: {more:.1f} dB more")
