from slfkit.experiments import codebook_start

grown = 0
study = codebook_start.codebook_start("paper", compute="none")
for row in study.run().rows:
    used = [epoch["perplexity"] for epoch in row["history"]]
    run = f"f = {row['frozen']} {row['start']}, seed {row['seed']}"
    last = f"{used[-1]:.1f} after {len(used)}"
    print(f"{run}: {used[0]:.1f} after epoch 1, {last}")
    grown += used[-1] > 1.5 * used[0]
print(f"{grown} runs end with at least half as many codewords more.")
