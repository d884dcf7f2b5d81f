"""How fast slfkit is, side by side with what a user would otherwise write.

``python -m benchmarks`` prints the tables, ``--save`` keeps them for the book. Not a part of the
package: nothing in slfkit imports it.
"""
