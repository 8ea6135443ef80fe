"""One self-contained HTML page: the summary in HTML, the charts by bundled JavaScript."""

from amtviz.report.page import render_report

__all__ = ["render_report"]
