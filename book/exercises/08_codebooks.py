from slfkit.experiments import recovery_time

study = recovery_time.recovery("paper", frozen=[3], compute="none")
row = study.run().rows[0]
whole, codebook = row["bytes_down"], row["bytes_up"]

print(f"{whole:,} / {codebook:,} = {whole / codebook:.1f}", end=": ")
print(f"after {whole // codebook + 1} partners")
