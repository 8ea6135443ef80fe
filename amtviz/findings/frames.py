"""What is known of some tuning data as DataFrames: the numbers behind the charts and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from amtviz.analysis.pareto import add_costs, choose_directions, compute_pareto
from amtviz.findings.facts import facts_of
from amtviz.model import Direction, TuningTables
from amtviz.schema import (
    ADVICE_REVIEW_COLUMNS,
    COMPARISON_COLUMNS,
    CONVERGENCE_COLUMNS,
    COST_COLUMNS,
    EXPECTED_GAIN_COLUMNS,
    FAILURE_COLUMNS,
    IMPORTANCE_COLUMNS,
    INTERACTION_COLUMNS,
    LINEAGE_COLUMNS,
    Column,
)

_VERDICTS = {"first": ("better", "worse"), "second": ("worse", "better")}


class TuningNumbers(TuningTables):
    """Tables of tuning jobs, with the numbers that are known of them."""

    def importance(self) -> pd.DataFrame:
        """Return how much each hyperparameter matters, most important first in each question.

        Returns
        -------
        pandas.DataFrame
            Columns: see ``amtviz.schema.IMPORTANCE_COLUMNS``. A question that can't be answered
            has no rows; ``.attrs["reason"]`` says why nothing can be explained, empty if it can.
        """
        found = facts_of(self).importance
        table = _typed(found.table.rename(columns={"Method": "Question"}), IMPORTANCE_COLUMNS)
        table.attrs["reason"] = found.reason
        return table

    def interactions(self) -> pd.DataFrame:
        """Return the pairs of hyperparameters that matter most together, strongest first.

        Returns
        -------
        pandas.DataFrame
            Columns: see ``amtviz.schema.INTERACTION_COLUMNS``. Without rows where nothing can be
            told; ``.attrs["reason"]`` says why, empty if it can.
        """
        found = facts_of(self).interactions
        table = _typed(found.pairs, INTERACTION_COLUMNS)
        table.attrs["reason"] = found.reason
        return table

    def convergence(self) -> pd.DataFrame:
        """Return every finished trial with the best so far, in the order in which they ended.

        Returns
        -------
        pandas.DataFrame
            Columns: see ``amtviz.schema.CONVERGENCE_COLUMNS``.
        """
        return _typed(facts_of(self).convergence, CONVERGENCE_COLUMNS)

    def expected_gain(self) -> pd.DataFrame:
        """Return what more trials of each tuning job may gain, and whether that is worth it.

        Returns
        -------
        pandas.DataFrame
            A row per tuning job and k, a quarter, half and all as many trials as it has; one row
            without numbers where nothing can be said. Columns: see
            ``amtviz.schema.EXPECTED_GAIN_COLUMNS``. `amtviz.analysis.compute_going_on` has the
            method.
        """
        return _typed(facts_of(self).going_on, EXPECTED_GAIN_COLUMNS)

    def cost(self, prices: Mapping[str, float] | None = None) -> pd.DataFrame:
        """Return what was billed, by tuning job, instance type and outcome.

        Parameters
        ----------
        prices : mapping of str to float, optional
            Dollars per instance-hour by instance type.

        Returns
        -------
        pandas.DataFrame
            Columns: see ``amtviz.schema.COST_COLUMNS``.
        """
        return _typed(facts_of(self, prices).cost, COST_COLUMNS)

    def failures(self) -> pd.DataFrame:
        """Return how often trials fail in each region of each hyperparameter.

        Returns
        -------
        pandas.DataFrame
            Columns: see ``amtviz.schema.FAILURE_COLUMNS``.
        """
        facts = facts_of(self)
        tests = facts.failure_dependence.set_index("Hyperparameter")
        rates = facts.failure_rates
        told = {name: rates["Hyperparameter"].map(tests[name]) for name in ("Adjusted", "Depends")}
        return _typed(rates.assign(**told).rename(columns={"Adjusted": "PValue"}), FAILURE_COLUMNS)

    def comparison(self) -> pd.DataFrame:
        """Return how each tuning job did against each other one, at equal trials, time and cost.

        Returns
        -------
        pandas.DataFrame
            A row per ordered pair and what is equal. Columns: see
            ``amtviz.schema.COMPARISON_COLUMNS``. `amtviz.analysis.compute_contest` has the method.
        """
        pairs = facts_of(self).contest.pairs
        sides = [_see_from(pairs, *ends) for ends in (("First", "Second"), ("Second", "First"))]
        table = pd.concat(sides).sort_index(kind="stable").reset_index(drop=True)
        return _typed(table, COMPARISON_COLUMNS)

    def lineage(self) -> pd.DataFrame:
        """Return what each tuning job gained over those that it was warm-started from.

        Returns
        -------
        pandas.DataFrame
            A row per tuning job that has parents or is one, by generation; none without a warm
            start. Columns: see ``amtviz.schema.LINEAGE_COLUMNS``.
        """
        return _typed(facts_of(self).generations, LINEAGE_COLUMNS)

    def advice_review(self) -> pd.DataFrame:
        """Return how the trials of each warm start did in and out of what its parents suggest.

        Returns
        -------
        pandas.DataFrame
            A row per risk and tuning job, of the three latest that were started from trials in
            the data. Columns: see ``amtviz.schema.ADVICE_REVIEW_COLUMNS``.
            `amtviz.analysis.compute_advice_review` has the method.
        """
        return _typed(facts_of(self).advice_review.table, ADVICE_REVIEW_COLUMNS)

    def pareto(
        self,
        metrics: Sequence[str],
        directions: Mapping[str, Direction] | None = None,
        prices: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Return the trials that no other one beats in all of some metrics.

        Parameters
        ----------
        metrics : sequence of str
            Two columns of ``trials`` or more: the objective, other final metrics, times; or
            ``BilledSeconds`` and ``Dollars``, of all instances of a trial.
        directions : mapping of str to {"Maximize", "Minimize"}, optional
            By metric. Known without are those of the objective and of a study's other
            objectives; times and costs are best small; of other names, words such as
            ``accuracy`` and ``loss`` tell.
        prices : mapping of str to float, optional
            Dollars per instance-hour by instance type, for ``Dollars``.

        Returns
        -------
        pandas.DataFrame
            Columns: TuningJobName, TrainingJobName, the metrics, and the hyperparameters; the
            best of the first metric first. The index is that of ``trials``. Of equal trials each
            is there; those that lack one of the metrics aren't.

        Raises
        ------
        InputError
            If there are fewer than two metrics, one isn't there, or its direction isn't known.
        """
        chosen = choose_directions(self, metrics, directions)
        front = compute_pareto(add_costs(self.trials, prices), chosen)
        tuned = [h.column for h in self.hyperparameters if h.column not in chosen]
        return front[["TuningJobName", "TrainingJobName", *chosen, *tuned]]

    def numbers(self) -> dict[str, pd.DataFrame]:
        """Return what all these methods return, by their names."""
        return {
            "importance": self.importance(),
            "interactions": self.interactions(),
            "convergence": self.convergence(),
            "expected_gain": self.expected_gain(),
            "cost": self.cost(),
            "failures": self.failures(),
            "comparison": self.comparison(),
            "lineage": self.lineage(),
            "advice_review": self.advice_review(),
        }


def _see_from(pairs: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return pairs as seen from one side."""
    is_first = one == "First"
    verdicts = {name: told[0 if is_first else 1] for name, told in _VERDICTS.items()}
    return pd.DataFrame(
        {
            "TuningJobName": pairs[one],
            "Other": pairs[other],
            "At": pairs["Yardstick"],
            "Budget": pairs["Budget"],
            "Trials": pairs[f"{one}Trials"],
            "OtherTrials": pairs[f"{other}Trials"],
            "Best": pairs[f"{one}Best"],
            "OtherBest": pairs[f"{other}Best"],
            "Chance": pairs["Chance"] if is_first else 1 - pairs["Chance"],
            "Fair": pairs["Fair"],
            "Verdict": pairs["Verdict"].replace(verdicts),
            "Reason": pairs["Reason"],
        }
    )


def _typed(table: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return these columns of a table, typed, in a new one."""
    dtypes = {name: column.dtype for name, column in columns.items()}
    return table[list(columns)].reset_index(drop=True).astype(dtypes)
