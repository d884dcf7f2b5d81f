"""Rows, as every table, figure and sentence takes them: plain dicts, and how they are grouped."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
