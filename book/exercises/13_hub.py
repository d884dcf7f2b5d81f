from itertools import count

from slfkit.sizes import download_bytes

message = 4 * 32 * 16 + 100 * 160  # a codebook and 100 pilots, bytes
decoder = download_bytes(32, 16)

for n in count(2):
    if (n - 1) * (decoder + message) < n * (n - 1) * message:
        break
print(
    f"From {n} users on: each pair costs {message} bytes, each user of a hub {decoder + message}."
)
