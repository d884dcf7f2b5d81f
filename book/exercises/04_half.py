from slfkit.paper import table1
from slfkit.recovery import Link, recovery_time

first, link = table1()[0], Link()
transfer = 8 * first.bytes_down / link.downlink + 8 * first.bytes_up / link.uplink
power = 1e12 * first.tflop["reconstruction"] / transfer
time = recovery_time(
    first.bytes_down, 1e12 * first.tflop["reconstruction"], first.bytes_up, Link(power=power)
)

print(f"{power / 1e12:.1f} TFLOP/s: {time.compute:.3f} s of {time.total:.3f} s are computing.")
