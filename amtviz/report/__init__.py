"""One self-contained HTML page: the summary in HTML, the charts by bundled JavaScript."""

from amtviz.report.display import describe_data, render_card
from amtviz.report.page import reload_tag, render_report
from amtviz.report.words import format_range

__all__ = [
    "describe_data",
    "format_range",
    "reload_tag",
    "render_card",
    "render_report",
]
