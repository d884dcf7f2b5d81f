"""slfkit: a reproducible companion to *Semantics Alignment via Split Learning* (SLF).

Importing the package is light: torch, torchvision and matplotlib load only with the modules that
use them.
"""

__version__ = "0.1.0"
