from slfkit.paper import table1
from slfkit.recovery import Link

two, three = table1()[2], table1()[3]
saved = 8 * (two.bytes_up - three.bytes_up)  # bits that f = 3 does not upload
extra = 1e12 * (three.tflop["reconstruction"] - two.tflop["reconstruction"]) / Link().power
tie = saved / extra

print(f"They tie at {tie / 1e6:.2f} Mbit/s; below it f = 3 is the faster one, as it uploads less.")
