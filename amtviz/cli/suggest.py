"""``amtviz suggest``: what the next tuning job should search."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from amtviz.cli.group import main
from amtviz.cli.options import (
    direction_option,
    emit,
    fetch_arguments,
    fetch_options,
    json_option,
    objective_option,
    open_logs,
    records,
    risk_option,
)
from amtviz.wording.signs import show_signs

if TYPE_CHECKING:
    import pandas as pd

    from amtviz.analysis.advice.next_ranges import Risk

_EPILOG = """\b
Examples:
  amtviz suggest my-tuning-job
  amtviz suggest random-job bayesian-job --sdk 2
  amtviz suggest saved.sqlite --code-only > ranges.py
  amtviz suggest my-tuning-job --risk bold
"""


@main.command(epilog=_EPILOG)
@click.argument("jobs", metavar="JOB...", nargs=-1, required=True)
@click.option(
    "--sdk",
    type=click.Choice(["2", "3"]),
    default="3",
    show_default=True,
    help="The generation of the SageMaker SDK to write code for.",
)
@risk_option
@click.option("--code-only", is_flag=True, help="Print nothing but the code.")
@objective_option
@direction_option
@fetch_options
@json_option
def suggest(
    jobs: tuple[str, ...],
    sdk: str,
    risk: Risk,
    code_only: bool,
    direction: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Suggest what the next tuning job should search, as evidence and as code.

    JOB is a tuning job's name or ARN, or the path of a file that TuningData.save wrote. With
    --objective and --direction it may be a folder, or a CSV or JSON file, that another tool wrote:
    write a folder as logs/.
    """
    arguments = fetch_arguments(**options)
    from amtviz import api  # slow to import: not for --help

    items = open_logs(jobs, direction, arguments)
    data = api.fetch_tuning_data(items, metrics=False, **arguments)
    table = data.suggest_ranges(risk)
    code = data.suggest_ranges_code(int(sdk), risk)
    undeclared = {h.name for h in data.hyperparameters if not h.declared}
    text = code if code_only else f"{_describe(table, undeclared)}\n\n{code}"
    emit(as_json, text, risk=risk, ranges=records(table), code=code)


def _describe(table: pd.DataFrame, undeclared: Collection[str]) -> str:
    """Write each suggestion with its evidence below, for a terminal."""
    from amtviz.wording.values import format_range  # pandas is slow to import

    blocks = []
    for row in table.itertuples():
        old = format_range(row.Kind, row.OldLow, row.OldHigh, row.OldValues)
        new = format_range(row.Kind, row.Low, row.High, row.Values)
        head = f"{row.Hyperparameter}: {row.Change} {old}"
        if row.Hyperparameter in undeclared:
            head = f"{row.Hyperparameter}: not declared; tried {old}; {row.Change}"
        if row.Change != "keep":
            head += f" -> {new}"
        head = show_signs(head)
        evidence = textwrap.wrap(row.Evidence, 76, break_on_hyphens=False)
        blocks.append("\n".join([head, *(f"    {line}" for line in evidence)]))
    return "\n".join(blocks)
