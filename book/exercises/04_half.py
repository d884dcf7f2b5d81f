from slfkit.experiments.paper import table1
from slfkit.recovery import Link, recovery_time

first = table1()[0]
flops = 1e12 * first.tflop["reconstruction"]
run = (first.bytes_down, flops, first.bytes_up)

now = recovery_time(*run, Link())
power = flops / (now.download + now.upload)
then = recovery_time(*run, Link(power=power))

print(f"At {power / 1e12:.1f} TFLOP/s:", end=" ")
print(f"{then.compute:.3f} s of {then.total:.3f} s are computing.")
