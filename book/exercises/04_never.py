from slfkit.experiments.paper import table1

last = table1()[-1]
ahead = {}
for task in last.tflop:
    least = min(column.tflop[task] for column in table1())
    ahead[task] = last.tflop[task] == least and last.bytes_up == 0
    print(f"{task}: fewest operations, no upload: {ahead[task]}")
if all(ahead.values()):
    print("So at no uplink rate is another f faster.")
