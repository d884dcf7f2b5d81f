from slfkit.channel import SymmetricDMC

low, high = 0.0, 31 / 32  # the capacity falls from 5 bits to none
while high - low > 1e-6:
    middle = (low + high) / 2
    if SymmetricDMC(middle, 32).capacity() > 2:
        low = middle
    else:
        high = middle

print(f"At ε = {low:.3f} an index carries two bits: four words.")
