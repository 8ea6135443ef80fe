"""Watching tuning jobs while they run: the loop, and what shows each look."""

from amtviz.live.handle import View, Watch, start_watch
from amtviz.live.lines import JsonView, LineView
from amtviz.live.loop import Look, Looker
from amtviz.live.page import PageView
from amtviz.live.status import Status, describe_status
from amtviz.live.views import choose_view

__all__ = [
    "JsonView",
    "LineView",
    "Look",
    "Looker",
    "PageView",
    "Status",
    "View",
    "Watch",
    "choose_view",
    "describe_status",
    "start_watch",
]
