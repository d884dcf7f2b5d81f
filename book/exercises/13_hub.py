from itertools import count

from slfkit.sizes import download_bytes

message = 4 * 32 * 16 + 100 * 160  # a codebook and 100 pilots, bytes
user = download_bytes(32, 16) + message  # of a hub: its decoder, too

for n in count(2):
    if (n - 1) * user < n * (n - 1) * message:
        break
print(f"From {n} users on: a pair costs {message:,} bytes,", end=" ")
print(f"a user of a hub {user:,}.")
