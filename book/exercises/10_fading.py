from slfkit.modulation import modulation
from slfkit.reporting.decibels import SHOWN

still, fading = modulation("fsk-awgn"), modulation("fsk-rayleigh")
more = {eps: fading.decibels(eps) - still.decibels(eps) for eps in SHOWN}
for eps, gap in more.items():
    print(f"eps = {eps:g}: {gap:.1f} dB more")
rarest = max(more, key=more.get)
print(f"Most at eps = {rarest:g}, where errors are rare.")
