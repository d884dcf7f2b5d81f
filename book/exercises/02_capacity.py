from slfkit.channel import SymmetricDMC
from slfkit.experiments.sweeps import CROSSOVERS
from slfkit.models import GRID
from slfkit.records.spec import TransceiverSpec

codewords = TransceiverSpec.codewords
silent = (codewords - 1) / codewords  # every number is equally likely
bits = {}
for crossover in (*CROSSOVERS, silent):
    channel = SymmetricDMC(crossover, codewords)
    bits[crossover] = GRID**2 * abs(channel.capacity())

for crossover, most in bits.items():
    print(f"ε = {crossover:g}: at most {most:.0f} bits per picture")
print("Where every number is equally likely to arrive, nothing is carried.")
