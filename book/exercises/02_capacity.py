from slfkit.channel import SymmetricDMC
from slfkit.models import GRID
from slfkit.spec import TransceiverSpec
from slfkit.studies import CROSSOVERS

codewords = TransceiverSpec.codewords
silent = (codewords - 1) / codewords  # every number is equally likely
bits = {}
for crossover in (*CROSSOVERS, silent):
    channel = SymmetricDMC(crossover, codewords)
    bits[crossover] = GRID**2 * abs(channel.capacity())

for crossover, most in bits.items():
    print(f"ε = {crossover:g}: at most {most:.0f} bits a picture")
