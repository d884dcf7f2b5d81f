from slfkit.modulation import modulation
from slfkit.reporting.decibels import SHOWN

still, fading = modulation("fsk-awgn"), modulation("fsk-rayleigh")
for eps in SHOWN:
    print(f"eps = {eps:g}: {fading.decibels(eps) - still.decibels(eps):.1f} dB more")
