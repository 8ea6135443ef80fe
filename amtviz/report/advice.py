"""What to search next, as the page shows it: tables with the evidence, and code to copy."""

from __future__ import annotations

from dataclasses import dataclass

from amtviz.analysis.advice.next_ranges import RISKS, Risk
from amtviz.findings.facts import Facts
from amtviz.findings.next_ranges import state_suggestion
from amtviz.sdk_code import write_suggestion
from amtviz.wording.risks import RISK_WORDS
from amtviz.wording.values import format_range


@dataclass(frozen=True)
class AdviceRow:
    """One hyperparameter; every text is ready to be shown."""

    name: str
    old: str
    change: str
    new: str
    evidence: str


@dataclass(frozen=True)
class Advice:
    """The suggestion at one risk.

    Attributes
    ----------
    risk : str
    means : str
        What the risk does.
    finding : str
        The suggestion in a sentence.
    rows : tuple of AdviceRow
    code : dict of int to str
        By the generation of the SageMaker SDK, the newest first.
    """

    risk: Risk
    means: str
    finding: str
    rows: tuple[AdviceRow, ...]
    code: dict[int, str]


def advise(facts: Facts) -> tuple[Advice, ...]:
    """Put suggested ranges into words and code.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of Advice
        One a risk, the most careful first; none where there is no hyperparameter.
    """
    if not len(facts.tables.hyperparameters):
        return ()
    return tuple(_advise(facts, risk) for risk in RISKS)


def _advise(facts: Facts, risk: Risk) -> Advice:
    data, table = facts.tables, facts.suggestions[risk]
    by_algorithm = facts.algorithm_suggestions[risk]
    rows = []
    for row, hyperparameter in zip(table.itertuples(), data.hyperparameters, strict=True):
        old = format_range(row.Kind, row.OldLow, row.OldHigh, row.OldValues)
        rows.append(
            AdviceRow(
                row.Hyperparameter,
                old if hyperparameter.declared else f"not declared; tried {old}",
                row.Change,
                format_range(row.Kind, row.Low, row.High, row.Values),
                row.Evidence,
            )
        )
    code = {sdk: write_suggestion(data, table, by_algorithm, sdk) for sdk in (3, 2)}
    return Advice(risk, RISK_WORDS[risk], state_suggestion(facts, risk), tuple(rows), code)
