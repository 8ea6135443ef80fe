"""The bundled tuning jobs: real runs, made by ``examples/local_tuning``."""

from __future__ import annotations

from pathlib import Path


def demo_path() -> Path:
    """Return the path of the bundled store."""
    return Path(__file__).with_name("demo.sqlite")
