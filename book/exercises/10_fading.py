from slfkit.modulation import modulation
from slfkit.reporting.decibels import SHOWN

still, fading = modulation("fsk-awgn"), modulation("fsk-rayleigh")
more = {eps: fading.decibels(eps) - still.decibels(eps) for eps in SHOWN}
for eps, gap in more.items():
    print(f"eps = {eps:g}: {gap:.1f} dB more")
print(f"Most at eps = {max(more, key=more.get):g}: fading costs most where errors are rare.")
