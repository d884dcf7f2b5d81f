"""The experiments of the book, one file each; ``registry`` finds them."""
