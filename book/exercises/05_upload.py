from slfkit.computed import network

sizes = {row["frozen"]: row["size"] for row in network() if row["frozen"]}  # kB, by f
parts = [sizes[f] for f in sorted(sizes)]  # from the decoder's last layer to the codebook

for f in (1, 2, 3):
    last, first = sum(parts[f:]), sum(parts[:-f])
    print(f"f = {f}: {last:.1f} kB frozen from the last, {first:.1f} kB from the first")
