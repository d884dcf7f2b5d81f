from slfkit.sizes import download_bytes, message_bytes, shapes

codebook = message_bytes(shapes(32, 16)["codebook"], 32)
rounds = download_bytes(32, 16) // (2 * codebook)

print(f"A round sends {2 * codebook:,} bytes:", end=" ")
print(f"{rounds} rounds fit into SLF's download.")
