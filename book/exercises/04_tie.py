from slfkit.experiments.paper import table1
from slfkit.recovery import Link

two, three = table1()[2:4]
saved = 8 * (two.bytes_up - three.bytes_up)  # bits f = 3 does not send
task = "reconstruction"
extra = 1e12 * (three.tflop[task] - two.tflop[task]) / Link().power
tie = saved / extra  # bit/s

print(f"They tie at {tie / 1e6:.2f} Mbit/s.")
print("Below it f = 3 is faster: it uploads less.")
