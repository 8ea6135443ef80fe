"""The live view of a notebook: charts that stay in their place, brushed as they are.

Three outputs: what is told in words; the charts, which are displayed once; and a script that hands
new charts over to them, which is displayed anew at each change. Every notebook can do this much,
without widgets.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from html import escape
from typing import Any

from amtviz.embed import join_modules, make_bundle, to_script_json
from amtviz.live.loop import Look
from amtviz.live.status import JobStatus, Status, is_final
from amtviz.live.words import say_best, say_cost, say_end, say_job, say_problem
from amtviz.model import TuningTables
from amtviz.wording.times import format_duration

_PLACE = (
    '<div class="amtviz-view" data-amtviz-live="{id}" style="overflow-x: auto">The charts will be '
    "here. In a notebook that was opened again, they are once it is trusted.</div>"
    "<script>{script}</script>"
)


class NotebookView:
    """Charts and a line above them.

    Parameters
    ----------
    draw : callable
        Draws tuning jobs as a Vega-Lite specification.
    """

    def __init__(self, draw: Callable[[TuningTables], dict[str, Any]]) -> None:
        self._draw = draw
        self._id = secrets.token_hex(4)
        self._status: Any = None
        self._charts: Any = None

    def start(self, interval: float) -> None:
        """Display the three outputs."""
        self._status = _display(_words("Asking AWS …"), display_id=True)
        charts = _PLACE.format(id=self._id, script=_script(self._id))
        _display({"text/html": charts, "text/plain": ""})
        self._charts = _display({"text/html": "", "text/plain": ""}, display_id=True)

    def show(self, look: Look) -> None:
        """Say what is new, and draw it if it is more than the time."""
        state = say_problem(look) or (
            f"Looked at {look.at:%H:%M:%S} UTC; again in {format_duration(look.wait)}."
        )
        self._tell(look, "" if look.ended else state)
        if look.changed and look.data is not None:
            spec = to_script_json(self._draw(look.data))
            script = (
                f'(window.amtvizLive ??= {{ pending: {{}} }}).pending["{self._id}"] = {spec};'
                f'window.amtvizLive.take?.("{self._id}");'
            )
            html = {"text/html": f"<script>{script}</script>", "text/plain": ""}
            self._charts.update(html, raw=True)

    def stop(self, look: Look | None, error: BaseException | None) -> None:
        """Say how it ended."""
        if look is not None and look.ended and look.status:
            self._tell(look, f"Ended. {say_end(look.status)}.")
        elif error is not None:
            self._tell(look, str(error))
        else:
            self._tell(look, "Stopped watching; the tuning jobs go on.")

    def _tell(self, look: Look | None, state: str) -> None:
        status = look.status if look else None
        self._status.update(_words(state, status), raw=True)


def _display(bundle: dict[str, str], **options: Any) -> Any:
    from IPython.display import display  # there in a notebook, which this is

    return display(bundle, raw=True, **options)  # type: ignore[no-untyped-call, unused-ignore]


def _words(state: str, status: Status | None = None) -> dict[str, str]:
    """Put a look in words, as HTML and as text."""
    lines = [] if status is None else [say_best(status), say_cost(status)]
    jobs = () if status is None else status.jobs
    text = [*(f"{job.name}: {say_job(job)}" for job in jobs), *lines, state]
    html = [
        *(_job(job) for job in jobs),
        *([f"<div>{'; '.join(map(escape, lines))}</div>"] if lines else []),
        f'<div style="opacity: 0.75">{escape(state)}</div>',
    ]
    return {"text/html": "".join(html), "text/plain": "\n".join(filter(None, text))}


def _job(job: JobStatus) -> str:
    bar = ""
    if job.most:
        finished = sum(count for status, count in job.counts.items() if is_final(status))
        bar = f'<progress value="{finished}" max="{job.most}"></progress> '
    return f"<div><strong>{escape(job.name)}</strong> {bar}{escape(say_job(job))}</div>"


def _script(id_: str) -> str:
    """Return what defines the charts, unless another output did already, and draws them."""
    library = make_bundle(join_modules("live/notebook.js")).replace("</script", "<\\/script")
    library = f"(() => {{{library}\n}})();"
    return f'if (!window.amtvizLive?.take) {{{library}}}window.amtvizLive.take("{id_}");'
