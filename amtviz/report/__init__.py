"""One self-contained HTML page: the summary in HTML, the charts by bundled JavaScript."""

from amtviz.report.display import describe_data, render_card
from amtviz.report.page import reload_tag, render_report
from amtviz.report.study import write_study

__all__ = [
    "describe_data",
    "reload_tag",
    "render_card",
    "render_report",
    "write_study",
]
