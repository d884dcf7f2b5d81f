"""Alignment without training: maps fitted on pilots that Alice and David have both encoded."""
