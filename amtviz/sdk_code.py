"""Ranges and warm start as code for SageMaker's SDKs 2 and 3, ready to paste."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from amtviz.analysis.advice.algorithms import find_algorithms
from amtviz.analysis.best_so_far import rank_trials
from amtviz.analysis.effects.tasks import choose_warm_start
from amtviz.errors import InputError
from amtviz.model import TuningJob, TuningTables
from amtviz.texts import list_distinct
from amtviz.wording.signs import escape_in_json

MOST_PARENTS = 5  # that a warm start can have
READY = frozenset({"Completed", "Stopped", "Failed"})  # what a warm start's parent must be

# The page writes the same lines: these are all that differs between the SDKs.
RANGE_IMPORTS = {
    2: "from sagemaker.tuner import CategoricalParameter, ContinuousParameter, IntegerParameter",
    3: (
        "from sagemaker.core.parameter import (\n"
        "    CategoricalParameter,\n"
        "    ContinuousParameter,\n"
        "    IntegerParameter,\n"
        ")"
    ),
}
_WARM_IMPORTS = {
    2: "from sagemaker.tuner import WarmStartConfig, WarmStartTypes",
    3: (
        "from sagemaker.core.shapes import (\n"
        "    HyperParameterTuningJobWarmStartConfig,\n"
        "    ParentHyperParameterTuningJob,\n"
        ")"
    ),
}
_SDK2_TYPES = {
    "IdenticalDataAndAlgorithm": "IDENTICAL_DATA_AND_ALGORITHM",
    "TransferLearning": "TRANSFER_LEARNING",
}
_NO_WARM_START = (
    "# Warm start: AWS has it for a single algorithm only, so none of these can be a parent."
)
_WHY_IDENTICAL = (
    "IdenticalDataAndAlgorithm holds while data and algorithm stay the same; after a change of "
    "either, it is TransferLearning."
)


def check_sdk(sdk: int) -> int:
    """Return the SDK's generation, or raise if there is none such.

    Raises
    ------
    InputError
    """
    if sdk not in RANGE_IMPORTS:
        raise InputError(f"There is no SageMaker SDK {sdk!r} to write code for. Choose 2 or 3.")
    return sdk


def write_suggestion(
    data: TuningTables, table: pd.DataFrame, by_algorithm: Mapping[str, pd.DataFrame], sdk: int
) -> str:
    """Write suggested ranges, and these tuning jobs as warm-start parents.

    Of tuning jobs with several algorithms, ranges for each of them, from its own trials.

    Parameters
    ----------
    data : TuningTables
    table : pandas.DataFrame
        What `suggest_ranges` gave for all trials.
    by_algorithm : mapping of str to pandas.DataFrame
        What it gave for each algorithm, where there are several.
    sdk : {2, 3}

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no such SDK.
    """
    if by_algorithm:
        algorithms = find_algorithms(data.jobs)
        unknown = [h.name for of in algorithms.values() for h in of if not h.declared]
        return f"{write_ranges_of_algorithms(by_algorithm, sdk, unknown)}\n\n{_NO_WARM_START}"
    unknown = [h.name for h in data.hyperparameters if not h.declared]
    ranges = write_ranges(table, sdk, unknown)
    return "\n\n".join([ranges, write_warm_start(data.jobs, rank_jobs(data), sdk)])


def rank_jobs(data: TuningTables) -> list[str]:
    """Return the names of the tuning jobs that have a value, that with the best trial first."""
    ranks = rank_trials(data.trials, data.objective)
    ordered = data.trials.loc[ranks.dropna().sort_values().index, "TuningJobName"]
    return [str(name) for name in list_distinct(ordered)]


def write_ranges(table: pd.DataFrame, sdk: int, undeclared: Collection[str] = ()) -> str:
    """Write ``hyperparameter_ranges = {…}`` with its imports.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns Hyperparameter, Kind, Low, High, Values, Scaling, as `suggest_ranges` gives.
    sdk : {2, 3}
    undeclared : collection of str
        Hyperparameters whose range isn't known: what trials tried is a comment, not a range.

    Returns
    -------
    str
        Executable where that SDK is installed.

    Raises
    ------
    InputError
        If there is no such SDK.
    """
    lines, fixed = _write_entries(table, undeclared)
    body = "\n".join(["hyperparameter_ranges = {", *lines, "}"])
    return "\n\n".join([RANGE_IMPORTS[check_sdk(sdk)], "\n".join([*fixed, body])])


def write_ranges_of_algorithms(
    tables: Mapping[str, pd.DataFrame], sdk: int, undeclared: Collection[str] = ()
) -> str:
    """Write ``hyperparameter_ranges_dict = {…}``, for ``HyperparameterTuner.create``.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By the name of the training-job definition, as for `write_ranges`.
    sdk : {2, 3}
    undeclared : collection of str
        As for `write_ranges`.

    Returns
    -------
    str
        Executable where that SDK is installed.

    Raises
    ------
    InputError
        If there is no such SDK.
    """
    body, notes = ["hyperparameter_ranges_dict = {"], []
    for name, table in tables.items():
        lines, fixed = _write_entries(table, undeclared)
        quoted = quote(name)
        entries = [f"    {line}" for line in lines]
        body += [f"    {quoted}: {{", *entries, "    },"]
        notes += [f"# of {quoted}:\n{note}" for note in ("\n".join(fixed),) if note]
    return "\n\n".join([RANGE_IMPORTS[check_sdk(sdk)], "\n".join([*notes, *body, "}"])])


def _write_entries(table: pd.DataFrame, undeclared: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the lines of ranges, and comments about what isn't one any more."""
    lines, fixed = [], []
    columns = ["Hyperparameter", "Kind", "Low", "High", "Values", "Scaling"]
    for name, kind, low, high, values, scaling in table[columns].itertuples(index=False):
        if name in undeclared:
            fixed.append(_write_undeclared(name, kind, low, high, values, scaling))
            continue
        value = _only_value(kind, low, high)
        if value is not None:
            fixed.append(f"# {quote(name)}: one value is left, make it static: {value}")
        else:
            lines.append(range_line(name, kind, low, high, values, scaling))
    return lines, fixed


def range_line(
    name: str, kind: str, low: float, high: float, values: Sequence[str], scaling: str
) -> str:
    """Write one entry of ``hyperparameter_ranges``.

    Parameters
    ----------
    name : str
    kind : {"integer", "continuous", "categorical"}
    low, high : float
        Of a number.
    values : sequence of str
        Of a category.
    scaling : str

    Returns
    -------
    str
        Indented by four spaces.
    """
    if kind == "categorical":
        call = f"CategoricalParameter([{', '.join(map(quote, values))}])"
    else:
        scale = "" if scaling == "Auto" else f", scaling_type={quote(scaling)}"
        ends = ", ".join(write_number(end, kind) for end in (low, high))
        call = f"{kind.capitalize()}Parameter({ends}{scale})"
    return f"    {quote(name)}: {call},"


def write_number(value: float, kind: str) -> str:
    """Write a bound: integers without a point, others as short as they are exact."""
    return str(int(value)) if kind == "integer" else f"{float(value) + 0.0:.15g}"  # never -0


def quote(text: str) -> str:
    """Write a text as a string of Python; what can't be seen in it by its number."""
    return escape_in_json(json.dumps(text, ensure_ascii=False))


def write_warm_start(jobs: Sequence[TuningJob], best_first: Sequence[str], sdk: int) -> str:
    """Write the warm start with tuning jobs as parents; a comment if none can be one.

    Parameters
    ----------
    jobs : sequence of TuningJob
    best_first : sequence of str
        Names of tuning jobs, that with the best trial first.
    sdk : {2, 3}

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no such SDK.
    """
    check_sdk(sdk)
    order = {name: place for place, name in enumerate(best_first)}
    ready = [job.name for job in jobs if job.arn and job.status in READY]
    ready.sort(key=lambda name: order.get(name, len(order)))
    if not ready:
        return "# Warm start: none of these tuning jobs has ended on SageMaker, to be a parent."
    notes = []
    if len(ready) > MOST_PARENTS:
        left = len(ready) - MOST_PARENTS
        notes.append(f"The {MOST_PARENTS} jobs with the best trials: {left} more can't be parents.")
        ready = ready[:MOST_PARENTS]
    kind, reason = choose_warm_start(jobs, ready)
    notes.append(reason or _WHY_IDENTICAL)
    comment = "\n".join(f"# {line}" for note in notes for line in textwrap.wrap(note, 88))
    if sdk == 2:
        config = (
            "warm_start_config = WarmStartConfig(\n"
            f"    warm_start_type=WarmStartTypes.{_SDK2_TYPES[kind]},\n"
            f"    parents={{{', '.join(map(quote, ready))}}},\n"
            ")"
        )
    else:
        parents = "\n".join(
            f"        ParentHyperParameterTuningJob(hyper_parameter_tuning_job_name={quote(name)}),"
            for name in ready
        )
        config = (
            "warm_start_config = HyperParameterTuningJobWarmStartConfig(\n"
            f"    warm_start_type={quote(kind)},\n"
            f"    parent_hyper_parameter_tuning_jobs=[\n{parents}\n    ],\n"
            ")"
        )
    return f"{_WARM_IMPORTS[sdk]}\n\n{comment}\n{config}"


def _write_undeclared(
    name: str, kind: str, low: float, high: float, values: Sequence[str], scaling: str
) -> str:
    """Write what trials tried as a comment: it is no range that anybody meant."""
    if kind == "categorical" or (pd.notna(low) and pd.notna(high) and low < high):
        line = range_line(name, kind, low, high, values, scaling).strip()
        return f"# not declared; trials tried: {line}"
    return f"# {quote(name)}: not declared, add its range"


def _only_value(kind: str, low: float, high: float) -> str | None:
    """Return the one value that is left, for AWS wants a smallest below a largest; else None."""
    if kind == "categorical":
        return None
    return write_number(low, kind) if not low < high else None
