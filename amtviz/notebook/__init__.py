"""The charts as a widget, whose selections come back to Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from amtviz.charts import TuningChart
from amtviz.errors import InputError
from amtviz.installation import pip_install
from amtviz.model import TuningTables
from amtviz.notebook.ranges import SelectedRanges

if TYPE_CHECKING:
    from amtviz.notebook.widget import Explorer  # needs the extra, and bundles JavaScript

__all__ = ["SelectedRanges", "check_notebook_extra", "make_explorer"]


def check_notebook_extra() -> None:
    """Raise if what the widget needs isn't installed.

    Raises
    ------
    InputError
    """
    try:
        import anywidget  # noqa: F401  (Altair would name other choices)
    except ImportError as error:
        raise InputError(
            "Selections come back through anywidget, which isn't installed. Install it with "
            f"{pip_install('notebook')} and restart the kernel, or use visualize_tuning_job."
        ) from error


def make_explorer(data: TuningTables, draw: Callable[[TuningTables], TuningChart]) -> Explorer:
    """Make the widget.

    Parameters
    ----------
    data : TuningTables
    draw : callable
        Gives the charts of a TuningData.

    Returns
    -------
    Explorer

    Raises
    ------
    InputError
        If the extra isn't installed.
    """
    check_notebook_extra()
    from amtviz.notebook.widget import Explorer  # needs the extra, and bundles JavaScript

    return Explorer(data, draw)
