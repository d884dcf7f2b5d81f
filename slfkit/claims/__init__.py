"""The ledger of the paper's claims, the rules that judge them, and how the book shows them."""
