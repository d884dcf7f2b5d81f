from slfkit.sizes import download_bytes

codebook, pilot = 4 * 32 * 16, 256 * 5 // 8  # bytes
count = (download_bytes(32, 16) - codebook) / pilot

print(f"A pilot is {pilot} bytes: about {count:.0f} of them.")
