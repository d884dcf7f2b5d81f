from slfkit.publish.computed import network

sizes = {row["Frozen from f"]: row["Size (kB)"] for row in network()}
parts = [sizes[f] for f in (1, 2, 3, 4)]  # from the output backwards

for f in (1, 2, 3):
    last, first = sum(parts[f:]), sum(parts[:-f])
    print(f"f = {f}: {last:.1f} kB frozen from the last,", end=" ")
    print(f"{first:.1f} kB from the first")
print("Frozen from the last, less is uploaded: the first parts are small.")
