from slfkit.reporting.intervals import proportion_interval
from slfkit.sizes import POSITIONS

grids, half = 0, 1.0
while half >= 0.01:
    grids += 1
    symbols = grids * POSITIONS
    low, high = proportion_interval(round(0.3 * symbols), symbols)
    half = (high - low) / 2
print(f"{grids} grids, {symbols} symbols: half width {half:.4f}")
