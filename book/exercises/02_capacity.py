from slfkit.channel import SymmetricDMC
from slfkit.models import GRID
from slfkit.spec import TransceiverSpec
from slfkit.studies import CROSSOVERS

numbers, codewords = GRID**2, TransceiverSpec.codewords
silent = (codewords - 1) / codewords  # what arrives no longer depends on what was sent
bits = {eps: numbers * SymmetricDMC(eps, codewords).capacity() for eps in (*CROSSOVERS, silent)}

for eps, most in bits.items():
    print(f"ε = {eps:g}: at most {abs(most):.0f} bits a picture")
