"""Which live view fits where the program runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from amtviz.live.handle import View
from amtviz.live.lines import LineView
from amtviz.model import TuningTables


def choose_view(draw: Callable[[TuningTables], dict[str, Any]]) -> View:
    """Return the view for a notebook, a terminal, or anything else, which gets plain lines.

    Parameters
    ----------
    draw : callable
        Draws tuning jobs as a Vega-Lite specification; a notebook only needs it.

    Returns
    -------
    View
    """
    if in_notebook():
        from amtviz.live.notebook import NotebookView  # bundles JavaScript

        return NotebookView(draw)
    if sys.stdout is not None and sys.stdout.isatty():
        from amtviz.live.terminal import TerminalView  # rich is slow to import

        return TerminalView()
    return LineView()


def in_notebook() -> bool:
    """Tell whether a notebook's kernel runs this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")
