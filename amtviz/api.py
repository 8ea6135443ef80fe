"""The public calls: the only place that joins fetching, tidying, charts and the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from amtviz import deploy_code
from amtviz.analysis import rank_trials
from amtviz.charts import (
    Page,
    TuningChart,
    choose_answers,
    draw_dashboard,
    draw_glance,
    draw_sections,
)
from amtviz.demo import demo_path
from amtviz.errors import AwsError, InputError
from amtviz.fetch import (
    describe_training_job,
    fetch_raw,
    is_tuning_job_reference,
    list_summaries,
    make_session,
    start_tuning_job,
    tuning_job_reference,
)
from amtviz.files import replacing
from amtviz.findings.best_model import describe_best
from amtviz.live import Looker, View, Watch, choose_view, describe_status, start_watch
from amtviz.model import TuningTables
from amtviz.next_job.job import NextTuningJob
from amtviz.next_job.names import propose_name
from amtviz.notebook import check_notebook_extra, make_explorer
from amtviz.report import render_report
from amtviz.settings import DRAW_DEFAULTS, TIMEOUT, DrawOptions, FetchOptions, check_timeout
from amtviz.settings import options as session_options
from amtviz.sources import load_saved, looks_like_a_file
from amtviz.store.cache import open_cache
from amtviz.tidy import (
    Pseudonyms,
    combine_tuning_data,
    tidy_listing,
    tidy_tuning_data,
)
from amtviz.tuning_data import TuningData

if TYPE_CHECKING:
    import boto3

    from amtviz.notebook.widget import Explorer

__all__ = [
    "Watch",
    "best_trials",
    "explore",
    "fetch_tuning_data",
    "find_best_training_job",
    "find_free_name",
    "list_tuning_jobs",
    "load_demo",
    "make_page",
    "make_session",
    "start_tuning_job",
    "start_watching",
    "visualize_tuning_job",
    "watch",
    "write_deployment",
    "write_report",
]

_BEST = 10  # trials that a notebook has under the charts


def visualize_tuning_job(
    tuning_jobs: Any,
    return_dfs: bool = False,
    job_metrics: Sequence[str] | None = None,
    trials_only: bool = False,
    advanced: bool = False,
    *,
    session: boto3.Session | None = None,
    objective: str | None = None,
    ancestors: bool = True,
    metrics_period: int | None = None,
    cache: bool | str | os.PathLike[str] = True,
    timeout: float = TIMEOUT,
    sections: Sequence[str] | None = None,
    prices: Mapping[str, float] | None = None,
    dependence: bool = False,
) -> TuningChart | tuple[TuningChart, pd.DataFrame, pd.DataFrame]:
    """Draw linked charts of one or more tuning jobs.

    A notebook shows them as the page that `write_report` writes, in a frame that works without a
    network, with the ten best trials folded below; ``chart.save("page.html")`` writes that page.

    Parameters
    ----------
    tuning_jobs : object or iterable
        A name, an ARN, a tuner of SageMaker SDK 2 or 3, an SDK 3 ``HyperParameterTuningJob``, an
        analytics object, a `TuningData`, the path of a file that `TuningData.save` wrote; or any
        iterable of those in any mix.
    return_dfs : bool
        Also return the trials, and the metrics joined with their trials.
    job_metrics : sequence of str, optional
        Names of the metrics to draw of those that were recorded during training; by default the
        algorithm's own, if they are six or fewer.
    trials_only : bool
        Leave out what was recorded during training.
    advanced : bool
        Add a rug under each hyperparameter's panel.
    session : boto3.Session, optional
        For names and ARNs; a tuner brings its own. By default, boto3's default session.
    objective : str, optional
        Another metric to draw in place of the tuning jobs' own objective.
    ancestors : bool
        Include the warm-start parents, their parents, and so on.
    metrics_period : int, optional
        Seconds between two points of a metric, a multiple of 60; chosen by age and length by
        default.
    cache : bool or path-like
        Keep what AWS answers, and don't ask again for what can't change: finished tuning jobs,
        and metrics of trials that ended 15 minutes ago. In the file given; by default in the one
        that the environment variable AMTVIZ_CACHE names (``off`` for none), or else in the user's
        cache directory. False: ask for everything, and keep nothing.
    timeout : float
        Seconds without any answer of AWS's after which the fetch ends; what it has is kept.
    sections : sequence of str, optional
        Which questions to answer, by the names in ``amtviz.charts.SECTIONS``, in the guide and in
        ``amtviz report --help``; all by default.
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type, such as ``{"ml.m5.large": 0.115}``: without
        one, cost is told in hours.
    dependence : bool
        Begin with the partial dependence shown over the hyperparameters' panels.

    Returns
    -------
    chart : altair.VConcatChart
        All charts in one. It has a sentence in place of the panels when there is nothing to draw
        yet. What Altair's methods make of it is shown as it is, without the page.
    trials_df : pandas.DataFrame
        Only with ``return_dfs``: ``TuningData.trials``.
    full_df : pandas.DataFrame
        Only with ``return_dfs``: ``TuningData.metrics``, each row with its trial's columns.

    Raises
    ------
    InputError
        If something in ``tuning_jobs`` isn't one of the above, a tuner was never started, the
        objectives differ, or a metric is unknown.
    AwsError
        If AWS couldn't answer.
    StoreError
        If ``cache`` is a folder or another program's database.
    """
    fetch = FetchOptions(
        metrics=not trials_only,
        ancestors=ancestors,
        session=session,
        objective=objective,
        metrics_period=metrics_period,
        cache=cache,
        timeout=timeout,
    )
    draw = DrawOptions(
        sections=sections,
        advanced=advanced,
        job_metrics=None if trials_only else job_metrics,
        prices=prices or {},
        dependence=dependence,
    )
    data = _fetch(tuning_jobs, fetch)
    choose_answers(data, draw)  # a wrong name is refused here, not where the chart is shown
    chart = TuningChart.behind(_page_of(data, draw), partial(draw_dashboard, data, draw))
    if not return_dfs:
        return chart
    return chart, data.trials, _join_metrics(data)


def explore(
    tuning_jobs: Any,
    *,
    job_metrics: Sequence[str] | None = None,
    trials_only: bool = False,
    advanced: bool = False,
    session: boto3.Session | None = None,
    objective: str | None = None,
    ancestors: bool = True,
    metrics_period: int | None = None,
    cache: bool | str | os.PathLike[str] = True,
    timeout: float = TIMEOUT,
    sections: Sequence[str] | None = None,
    prices: Mapping[str, float] | None = None,
    dependence: bool = False,
) -> Explorer:
    """Draw linked charts in a notebook whose selections come back to Python.

    It needs the extra: ``pip install "amtviz[notebook]"``.

    Parameters
    ----------
    tuning_jobs, job_metrics, trials_only, advanced, session, objective, ancestors
        As in `visualize_tuning_job`.
    metrics_period, cache, timeout, sections, prices, dependence
        As in `visualize_tuning_job`.

    Returns
    -------
    Explorer
        A widget, an ``altair.JupyterChart``. ``selected`` is the table of the selected trials,
        ``selected_ranges`` the brushed ranges; both can be observed.

    Raises
    ------
    InputError
        As `visualize_tuning_job`, and if the extra isn't installed.
    AwsError, StoreError
        As `visualize_tuning_job`.
    """
    check_notebook_extra()  # rather than after the fetch
    fetch = FetchOptions(
        metrics=not trials_only,
        ancestors=ancestors,
        session=session,
        objective=objective,
        metrics_period=metrics_period,
        cache=cache,
        timeout=timeout,
    )
    draw = DrawOptions(
        sections=sections,
        advanced=advanced,
        job_metrics=None if trials_only else job_metrics,
        prices=prices or {},
        dependence=dependence,
    )
    data = _fetch(tuning_jobs, fetch)
    return make_explorer(data, partial(draw_dashboard, options=draw))


def fetch_tuning_data(
    tuning_jobs: Any,
    *,
    metrics: bool = True,
    ancestors: bool = True,
    session: boto3.Session | None = None,
    objective: str | None = None,
    metrics_period: int | None = None,
    cache: bool | str | os.PathLike[str] = True,
    timeout: float = TIMEOUT,
    related: bool = False,
) -> TuningData:
    """Fetch one or more tuning jobs as tidy tables.

    Parameters
    ----------
    tuning_jobs, ancestors, session, objective, metrics_period, cache, timeout
        As in `visualize_tuning_job`.
    metrics : bool
        Fetch what was recorded during training as well.
    related : bool
        Fetch other tuning jobs with the same objective metric, direction and algorithm image as
        well, to be compared: the five newest such among the account's 100 newest in that region.
        One call more finds them; a notice names them, and says so if there are none, more, or
        the call is denied.

    Returns
    -------
    TuningData
        Its ``fetch_report`` says which calls were made, how long they took, and what CloudWatch
        bills for them.

    Raises
    ------
    InputError, AwsError, StoreError
        As `visualize_tuning_job`.
    """
    return _fetch(
        tuning_jobs,
        FetchOptions(
            session, objective, ancestors, metrics, metrics_period, cache, timeout, related
        ),
    )


def _fetch(tuning_jobs: Any, options: FetchOptions) -> TuningData:
    """Return what `fetch_tuning_data` returns."""
    parts: list[TuningTables] = []
    asked = list(_flatten(tuning_jobs))
    if options.related and not any(_kind(item) == "job" for item in asked):
        raise InputError(
            "related= asks AWS for tuning jobs like one that it has: saved files and TuningData "
            "don't ask. Pass a tuning job's name or ARN."
        )
    for kind, items in groupby(asked, key=_kind):
        if kind == "data":
            parts += items
        elif kind == "file":
            parts += [load_saved(path, options.objective) for path in items]
        else:
            with open_cache(options.cache) as opened:
                raw = fetch_raw(
                    list(items),
                    ancestors=options.ancestors,
                    related=options.related,
                    metrics=options.metrics,
                    session=options.session,
                    metrics_period=options.metrics_period,
                    cache=opened,
                    timeout=options.timeout,
                )
            parts.append(tidy_tuning_data(raw, objective=options.objective))
    if not parts:
        raise InputError(
            "There is no tuning job to show: the list is empty. Pass a tuning job's name, its ARN, "
            "a tuner that was started, or a TuningData."
        )
    data = TuningData.of(combine_tuning_data(parts, objective=options.objective))
    if options.metrics:
        return data
    return data.keep("trials only", None, lambda: replace(data, metrics=data.metrics.iloc[:0]))


def list_tuning_jobs(
    *,
    status: str | None = None,
    contains: str | None = None,
    since: datetime | None = None,
    most: int | None = None,
    session: boto3.Session | None = None,
    timeout: float = TIMEOUT,
    lineage: bool = False,
) -> pd.DataFrame:
    """List the tuning jobs of an account and region, newest first.

    Parameters
    ----------
    status : str, optional
        Only those that are ``Completed``, ``InProgress``, ``Failed``, ``Stopped``, ``Stopping``,
        ``Deleting`` or ``DeleteFailed``, in any case.
    contains : str, optional
        Only those with this in their name.
    since : datetime, optional
        Only those created after it; without a time zone, in this machine's.
    most : int, optional
        No more than that.
    session : boto3.Session, optional
        By default, boto3's default session.
    timeout : float
        Seconds without any answer of AWS's after which it ends.
    lineage : bool
        Also ask Search which were warm-started from which, of the 300 newest in one to three calls.
        Where it is denied, the column ``Parents`` stays empty.

    Returns
    -------
    pandas.DataFrame
        Columns: see ``amtviz.schema.LISTING_COLUMNS``.

    Raises
    ------
    InputError
        If there is no such status, or the timeout is no time.
    AwsError
        If AWS couldn't answer.
    """
    return tidy_listing(
        list_summaries(
            status=status,
            contains=contains,
            since=since,
            most=most,
            session=session,
            timeout=check_timeout(timeout),
            lineage=lineage,
        )
    )


def find_best_training_job(
    data: TuningData, *, session: boto3.Session | None = None, timeout: float = TIMEOUT
) -> tuple[dict[str, Any], str]:
    """Return `TuningData.best_training_job`; what Search didn't tell is asked for in one call.

    Parameters
    ----------
    data : TuningData
    session : boto3.Session, optional
    timeout : float

    Returns
    -------
    best : dict
    missing : str
        Why it isn't known where the model is; empty if it is, or there is none.
    """
    best = data.best_training_job()
    if best["S3ModelArtifacts"]:
        return best, ""
    if data.fetch_report is None:
        return (
            best,
            "No model is shown: the file doesn't say where it is. Fetch the tuning job itself.",
        )
    name, region = best["TrainingJobName"], best["Region"]
    try:
        answer = describe_training_job(name, region=region, session=session, timeout=timeout)
    except AwsError as error:
        return best, f"It isn't known where the model is. {error}"
    return describe_best(data, answer), ""


def write_deployment(best: Mapping[str, Any], sdk: int) -> str:
    """Return code that deploys what `TuningData.best_training_job` describes."""
    return deploy_code.write_deployment(best["TrainingJobName"], best["Region"], sdk)


def find_free_name(
    request: NextTuningJob, *, session: boto3.Session | None = None, timeout: float = TIMEOUT
) -> str:
    """Return the name of a tuning job to be, or the next one if AWS has that name already.

    Parameters
    ----------
    request : NextTuningJob
    session : boto3.Session, optional
    timeout : float

    Returns
    -------
    str
        Also where AWS doesn't tell: it says itself when a name is taken.
    """
    stem = request.name.rpartition("-")[0]
    with suppress(AwsError):
        listed = list_summaries(
            contains=stem, session=session, region=request.region, timeout=timeout
        )
        taken = [summary["HyperParameterTuningJobName"] for summary in listed]
        if request.name.lower() in map(str.lower, taken):
            return propose_name(request.parent, [*taken, request.parent])
    return request.name


def write_report(
    tuning_jobs: Any,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    job_metrics: Sequence[str] | None = None,
    trials_only: bool = False,
    advanced: bool = False,
    session: boto3.Session | None = None,
    objective: str | None = None,
    ancestors: bool = True,
    metrics_period: int | None = None,
    cache: bool | str | os.PathLike[str] = True,
    timeout: float = TIMEOUT,
    sections: Sequence[str] | None = None,
    prices: Mapping[str, float] | None = None,
    dependence: bool = False,
    anonymous: bool = False,
) -> Path:
    """Write one HTML page with the linked charts; it opens anywhere, without a network.

    Parameters
    ----------
    tuning_jobs, job_metrics, trials_only, advanced, session, objective, ancestors
        As in `visualize_tuning_job`.
    metrics_period, cache, timeout, sections, prices, dependence
        As in `visualize_tuning_job`.
    path : path-like
        Replaced if it exists.
    title : str, optional
        By default, the names of the tuning jobs.
    anonymous : bool
        Replace names of tuning jobs, trials, hyperparameters, metrics and algorithms, categories
        and failures' messages, each by the same words everywhere, to ask strangers: ``trial 12``.
        Numbers, times and instance types stay.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError, AwsError, StoreError
        As `visualize_tuning_job`.
    FileError
        If the file can't be written: an OSError.
    """
    path = check_page_path(path)
    fetch = FetchOptions(
        metrics=not trials_only,
        ancestors=ancestors,
        session=session,
        objective=objective,
        metrics_period=metrics_period,
        cache=cache,
        timeout=timeout,
    )
    draw = DrawOptions(
        sections=sections,
        advanced=advanced,
        job_metrics=None if trials_only else job_metrics,
        prices=prices or {},
        dependence=dependence,
    )
    data = _fetch(tuning_jobs, fetch)
    page = make_page(data, draw, title=title, anonymous=anonymous)
    with replacing(path) as beside:
        beside.write_text(page, encoding="utf-8")
    return path


def _rename(data: TuningData, draw: DrawOptions) -> tuple[TuningData, DrawOptions]:
    """Return tables, and what to draw of them, under other names."""
    names = data.keep("names", None, lambda: Pseudonyms(data))
    asked = None if draw.job_metrics is None else names.metrics(draw.job_metrics)
    options = replace(draw, job_metrics=asked, prices=names.prices(draw.prices))
    return data.keep("anonymous", None, lambda: TuningData.of(names.tables())), options


def check_page_path(path: str | os.PathLike[str]) -> Path:
    """Return the path of a page to be; see `write_report`."""
    path = Path(path)
    if path.is_dir() or not path.absolute().parent.is_dir():
        why = "it is a folder" if path.is_dir() else f"there is no folder {str(path.parent)!r}"
        raise InputError(f"Can't write the report to {str(path)!r}: {why}. Pass a file's path.")
    return path


def make_page(
    data: TuningData,
    options: DrawOptions = DRAW_DEFAULTS,
    *,
    title: str | None = None,
    anonymous: bool = False,
    reload_seconds: float | None = None,
    embedded: bool = False,
) -> str:
    """Return the page that `write_report` writes, or the same for a frame in a notebook."""
    if anonymous:
        data, options = _rename(data, options)

    def render() -> bytes:
        charts = draw_sections(data, options)
        page = render_report(
            data, charts, title=title, reload_seconds=reload_seconds, embedded=embedded
        )
        return page.encode()  # takes half the room

    if reload_seconds is not None:  # soon there are other trials
        return render().decode()
    return data.keep(("page", embedded), (options, title, session_options.debug), render).decode()


def watch(
    tuning_jobs: Any,
    interval: float = 30,
    *,
    block: bool = True,
    job_metrics: Sequence[str] | None = None,
    trials_only: bool = False,
    advanced: bool = False,
    session: boto3.Session | None = None,
    objective: str | None = None,
    ancestors: bool = True,
    metrics_period: int | None = None,
    cache: bool | str | os.PathLike[str] = True,
    timeout: float = TIMEOUT,
    sections: Sequence[str] | None = None,
    prices: Mapping[str, float] | None = None,
    dependence: bool = False,
) -> TuningData | Watch | None:
    """Show tuning jobs while they run: charts in a notebook, a table in a terminal, else lines.

    The charts are drawn anew in their place when something changed, and what is brushed, chosen or
    zoomed stays so. While AWS throttles, can't be reached, or the credentials have expired, it
    says so, asks less often, and goes on.

    Parameters
    ----------
    tuning_jobs : object or iterable
        As in `visualize_tuning_job`; at least one that AWS has. Saved files and `TuningData` are
        shown beside it.
    interval : float
        Seconds from one look to the next, at least 1.
    block : bool
        Return when the tuning jobs have ended. Otherwise return at once, and go on beside what
        is run next.
    job_metrics, trials_only, advanced, session, objective, ancestors, metrics_period
        As in `visualize_tuning_job`; without ``trials_only``, each look asks CloudWatch about the
        trials that run or ended within the last 15 minutes.
    cache, timeout, sections, prices, dependence
        As in `visualize_tuning_job`.

    Returns
    -------
    TuningData or Watch
        With ``block``, the tuning jobs as they ended; if it is interrupted (Ctrl-C, or the kernel's
        stop button), as they were by then, and None before the first look. Otherwise a handle.

    Raises
    ------
    InputError, AwsError, StoreError
        As `visualize_tuning_job`; with ``block=False``, from the handle's ``wait()``.
    """
    fetch = FetchOptions(
        metrics=not trials_only,
        ancestors=ancestors,
        session=session,
        objective=objective,
        metrics_period=metrics_period,
        cache=cache,
        timeout=timeout,
    )
    draw = DrawOptions(
        sections=sections,
        advanced=advanced,
        job_metrics=None if trials_only else job_metrics,
        prices=prices or {},
        dependence=dependence,
    )
    view = choose_view(lambda data: draw_dashboard(data, draw).to_dict(validate=False))
    watching = start_watching(tuning_jobs, [view], interval, fetch, draw)
    if not block:
        return watching
    try:
        data = watching.wait()
    except KeyboardInterrupt:
        watching.stop()
        data = watching.data
    return cast("TuningData | None", data)  # what `start_watching` fetches


def start_watching(
    tuning_jobs: Any,
    views: Sequence[View],
    interval: float,
    fetch: FetchOptions,
    draw: DrawOptions = DRAW_DEFAULTS,
    *,
    make_session: Callable[[], boto3.Session | None] | None = None,
) -> Watch:
    """Begin to look at tuning jobs in the background, and show each look in some views.

    Parameters
    ----------
    tuning_jobs, interval
        As in `watch`.
    views : sequence of View
    fetch : FetchOptions
    draw : DrawOptions
    make_session : callable, optional
        Called for each look: a session keeps the keys that it read, also when they have expired.

    Returns
    -------
    Watch

    Raises
    ------
    InputError
        If AWS has none of the tuning jobs, one was never started, or the interval is too short.
    """
    if not interval >= 1:
        raise InputError(
            f"Can't look every {interval!r} seconds: SageMaker allows an account few calls a "
            "second. Pass interval=1 or more."
        )
    items = list(_flatten(tuning_jobs))
    watched = {tuning_job_reference(i).name.lower() for i in items if _kind(i) == "job"}
    if not watched:
        raise InputError(
            "There is nothing to watch: saved files and TuningData don't change. Pass the name or "
            "ARN of a tuning job that runs; visualize_tuning_job shows the others."
        )

    def look() -> TuningData:
        asked = replace(fetch, session=make_session()) if make_session else fetch
        return _fetch(items, asked)

    looker = Looker(look, lambda data: describe_status(data, draw), watched, interval)
    return start_watch(looker, views, interval)


def load_demo() -> TuningData:
    """Load the bundled tuning jobs: real runs of a random forest on handwritten digits."""
    return TuningData.load(demo_path())


def _flatten(item: Any) -> Iterator[Any]:
    """Yield the tuning jobs inside any nesting of iterables."""
    if isinstance(item, pd.DataFrame):
        raise InputError(
            "Can't take a DataFrame for a tuning job. Pass "
            "amtviz.TuningData.from_frame(df, objective=…, direction=…)."
        )
    is_one = isinstance(item, (str, bytes, os.PathLike, TuningData, Mapping))
    if is_one or is_tuning_job_reference(item) or not isinstance(item, Iterable):
        yield item
        return
    for inner in item:
        yield from _flatten(inner)


def _kind(item: Any) -> str:
    if isinstance(item, TuningData):
        return "data"
    if isinstance(item, os.PathLike) or (isinstance(item, str) and looks_like_a_file(item)):
        return "file"
    return "job"


def _join_metrics(data: TuningData) -> pd.DataFrame:
    """Join every metric row with its trial's columns."""
    return data.metrics.merge(
        data.trials, on="TrainingJobName", how="left", suffixes=("", " (trial)")
    )


def _page_of(data: TuningData, options: DrawOptions) -> Page:
    """Return what a notebook shows in place of a chart, the best trials folded below it."""
    return Page(
        partial(make_page, data, options),
        partial(_draw_picture, data, options),
        partial(_fold_best_trials, data),
    )


def _draw_picture(data: TuningData, options: DrawOptions) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the charts at a glance, as a picture."""
    made_of = options, session_options.debug
    return data.keep("picture", made_of, lambda: draw_glance(data, options).picture())


def _fold_best_trials(data: TuningData) -> str:
    """Return the best trials as HTML that opens at a click."""
    table = best_trials(data)
    if table.empty:
        return ""
    summary = "The best trial" if len(table) == 1 else f"The {len(table)} best trials"
    html = table.to_html(border=0, max_cols=None)
    return (
        f'<details><summary>{summary}</summary><div style="overflow-x: auto">{html}</div></details>'
    )


def best_trials(data: TuningData, count: int = _BEST) -> pd.DataFrame:
    """Return the best trials, best first: name, objective, hyperparameters, status, duration."""
    name = data.objective.metric_name
    columns = [
        "TuningJobName",
        "TrainingJobName",
        name,
        *(h.column for h in data.hyperparameters),
        "TrainingJobStatus",
        "TrainingElapsedTimeSeconds",
    ]
    ranks = rank_trials(data.trials, data.objective).dropna().sort_values()
    table = data.trials.loc[ranks.index[:count], columns].reset_index(drop=True)
    table.index = pd.RangeIndex(1, len(table) + 1, name="rank")
    return table
