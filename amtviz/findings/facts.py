"""Everything known about some tuning data, each number computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd

from amtviz.analysis.advice.algorithms import suggest_by_algorithm
from amtviz.analysis.advice.next_ranges import Risk, suggest_by_risk
from amtviz.analysis.advice.review import AdviceReview, compute_advice_review
from amtviz.analysis.chances.contest import Contest, compute_contest
from amtviz.analysis.chances.going_on import compute_going_on
from amtviz.analysis.completion import compute_completion
from amtviz.analysis.convergence import compute_convergence
from amtviz.analysis.cost import LOCAL_TYPES, compute_cost
from amtviz.analysis.effects.dependence import compute_dependence
from amtviz.analysis.effects.fit import FittedEffects, fit_effects
from amtviz.analysis.effects.importance import Importance, compute_importance
from amtviz.analysis.effects.interactions import Interactions, compute_interactions
from amtviz.analysis.effects.tasks import merge_same_tasks
from amtviz.analysis.expected_best import compute_expected_best
from amtviz.analysis.failure_reasons import compute_failure_reasons
from amtviz.analysis.failures import (
    compute_failure_dependence,
    compute_failure_rates,
    compute_outcomes,
)
from amtviz.analysis.lineage import compute_generations, compute_range_changes, find_ancestors
from amtviz.analysis.measures import (
    Bargain,
    Measure,
    find_bargain,
    find_pair_front,
    list_measures,
    objective_measure,
)
from amtviz.analysis.slots import compute_slot_use, compute_waiting
from amtviz.findings.shown_axes import ShownAxes, choose_axes
from amtviz.model import TuningTables
from amtviz.settings import check_prices


@dataclass(frozen=True, eq=False)
class Charged:
    """What was charged for the trials, or what they ran for where nobody charges.

    Attributes
    ----------
    table : pandas.DataFrame
        The rows of `Facts.cost` to tell of. Those that ran on one's own machine count only where
        no other trial's bill is known.
    free : bool
        Whether nobody bills them.
    """

    table: pd.DataFrame
    free: bool

    @property
    def name(self) -> str:
        """What the time is called."""
        return "training time" if self.free else "billed time"

    @property
    def known(self) -> bool:
        """Whether any time is known."""
        return bool((self.table["BilledSeconds"] > 0).any())


Fact = TypeVar("Fact")


def _whatever_it_costs(compute: Callable[[Facts], Fact]) -> cached_property[Fact]:
    """Keep a dear fact that no price changes once, with the facts that know no prices."""

    def read(facts: Facts) -> Fact:
        if not facts.prices:
            return compute(facts)
        shared: Fact = getattr(facts_of(facts.tables), compute.__name__)
        return shared

    read.__doc__ = compute.__doc__
    return cached_property(read)


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known about some tuning data, for sentences and charts alike.

    Attributes
    ----------
    tables : TuningTables
    prices : mapping of str to float
        Dollars per instance-hour by instance type, as far as they are given.
    """

    tables: TuningTables
    prices: Mapping[str, float] = field(default_factory=dict)

    # --- the trials

    @cached_property
    def scores(self) -> pd.Series:
        """The finite objectives, by the trials' index."""
        values = self.tables.trials[self.tables.objective.metric_name].astype("float64")
        return values[np.isfinite(values)]

    @cached_property
    def strategies(self) -> dict[str, str]:
        """The strategy of each tuning job."""
        return {job.name: job.strategy for job in self.tables.jobs}

    # --- which hyperparameters matter

    @_whatever_it_costs
    def effects(self) -> FittedEffects:
        """What was learnt of the objective over the ranges, within groups of one task each."""
        tables = self.tables
        trials = merge_same_tasks(tables.trials, tables.jobs, tables.hyperparameters)
        return fit_effects(trials, tables.objective, tables.hyperparameters)

    @_whatever_it_costs
    def importance(self) -> Importance:
        """How much each hyperparameter matters."""
        tables = self.tables
        return compute_importance(
            tables.trials, tables.objective, tables.hyperparameters, effects=self.effects
        )

    @_whatever_it_costs
    def interactions(self) -> Interactions:
        """Which pairs matter together."""
        tables = self.tables
        return compute_interactions(
            tables.trials, tables.objective, tables.hyperparameters, effects=self.effects
        )

    @_whatever_it_costs
    def partial_dependence(self) -> pd.DataFrame:
        """The predicted objective over each hyperparameter."""
        tables = self.tables
        return compute_dependence(
            tables.trials, tables.objective, tables.hyperparameters, effects=self.effects
        )

    @cached_property
    def shown_axes(self) -> ShownAxes:
        """The hyperparameters that parallel coordinates have room for, in their order."""
        return choose_axes(self.tables, self.importance)

    # --- progress; ``j`` numbers the tuning job

    @cached_property
    def convergence(self) -> pd.DataFrame:
        """Every finished trial with the best so far."""
        return self._numbered(compute_convergence(self.tables.trials, self.tables.objective))

    @cached_property
    def expected_best(self) -> pd.DataFrame:
        """The expected best after n trials."""
        tables = self.tables
        return self._numbered(
            compute_expected_best(tables.trials, tables.objective, self.strategies)
        )

    @cached_property
    def going_on(self) -> pd.DataFrame:
        """What the next trials bring, and whether that is worth it."""
        tables = self.tables
        return self._numbered(compute_going_on(tables.trials, tables.objective, self.strategies))

    @cached_property
    def completion(self) -> pd.DataFrame:
        """Each limit and criterion that a tuning job has."""
        tables = self.tables
        return self._numbered(
            compute_completion(tables.jobs, tables.trials, tables.objective, tables.fetched_at)
        )

    # --- cost and failures

    @cached_property
    def cost(self) -> pd.DataFrame:
        """What was billed."""
        tables = self.tables
        return compute_cost(tables.trials, tables.objective, self.prices, at=tables.fetched_at)

    @cached_property
    def charged(self) -> Charged:
        """What to say of cost: only this decides whether time was billed."""
        table = self.cost
        local = table["InstanceType"].isin(LOCAL_TYPES) & table["Dollars"].isna()
        free = not (table.loc[~local, "BilledSeconds"] > 0).any() and bool(local.any())
        return Charged(table[local if free else ~local], free)

    @cached_property
    def measures(self) -> list[Measure]:
        """What the objective may have to be traded for."""
        return list_measures(self.tables, self.prices)

    @cached_property
    def fronts(self) -> dict[str, pd.DataFrame]:
        """The front of the objective and each measure whose direction is known, by its name."""
        up = objective_measure(self.tables)
        return {each.name: find_pair_front(up, each) for each in self.measures if each.direction}

    @cached_property
    def traded(self) -> list[Measure]:
        """The measures in which another trial than the best is the best."""
        fronts = self.fronts
        several = {name for name, front in fronts.items() if len(front.drop_duplicates()) > 1}
        return [each for each in self.measures if each.name in several]

    @cached_property
    def bargain(self) -> Bargain | None:
        """The cheapest trial that is nearly as good as the best, by the first cost known."""
        costs = [each for each in self.measures if each.unit]
        return find_bargain(self.tables, costs[0]) if costs else None

    @cached_property
    def slots(self) -> pd.DataFrame:
        """How the parallel slots were used."""
        return compute_slot_use(self.tables.jobs, self.tables.trials, self.tables.fetched_at)

    @cached_property
    def waiting(self) -> pd.DataFrame:
        """How long trials waited for their instances."""
        return compute_waiting(self.tables.trials)

    @cached_property
    def outcomes(self) -> pd.Series:
        """Each trial's outcome."""
        return compute_outcomes(self.tables.trials, self.tables.objective)

    @cached_property
    def failure_reasons(self) -> pd.DataFrame:
        """The reasons why trials failed, grouped."""
        return compute_failure_reasons(self.tables.trials, self.tables.objective)

    @cached_property
    def failure_dependence(self) -> pd.DataFrame:
        """What failing depends on, first what it depends on most."""
        tables = self.tables
        return compute_failure_dependence(tables.trials, tables.objective, tables.hyperparameters)

    @cached_property
    def failure_rates(self) -> pd.DataFrame:
        """How often trials fail in each region of each hyperparameter."""
        tables = self.tables
        return compute_failure_rates(tables.trials, tables.objective, tables.hyperparameters)

    # --- tuning jobs beside each other, and the next one

    @_whatever_it_costs
    def contest(self) -> Contest:
        """The tuning jobs at equal budgets, and which would do better again."""
        return compute_contest(self.tables.trials, self.tables.objective, self.ancestors)

    @cached_property
    def compared(self) -> list[str]:
        """The tuning jobs that have a value."""
        table = self.contest.jobs
        valued = ~table["Reason"].isin(["no trial has finished", "no trial has a value"])
        names: list[str] = table.loc[
            valued & (table["Yardstick"] == "trials"), "TuningJobName"
        ].tolist()
        return names

    @cached_property
    def ancestors(self) -> dict[str, tuple[str, ...]]:
        """Each tuning job's ancestors, the nearest first."""
        return find_ancestors(self.tables.jobs)

    @cached_property
    def generations(self) -> pd.DataFrame:
        """The tuning jobs of all warm starts by generation."""
        tables = self.tables
        return compute_generations(tables.jobs, tables.trials, tables.objective)

    @cached_property
    def range_changes(self) -> pd.DataFrame:
        """How each warm start changed its parents' ranges."""
        return compute_range_changes(self.tables.jobs)

    @_whatever_it_costs
    def advice_review(self) -> AdviceReview:
        """How the latest warm starts did in and out of what their parents' trials suggest."""
        tables = self.tables
        return compute_advice_review(
            tables.jobs, tables.trials, tables.objective, tables.hyperparameters
        )

    @_whatever_it_costs
    def suggestions(self) -> dict[Risk, pd.DataFrame]:
        """By risk, what the next tuning job should search."""
        tables = self.tables
        return suggest_by_risk(tables.trials, tables.objective, tables.hyperparameters)

    @_whatever_it_costs
    def algorithm_suggestions(self) -> dict[Risk, dict[str, pd.DataFrame]]:
        """The same for each algorithm, where there are several."""
        tables = self.tables
        return suggest_by_algorithm(tables.trials, tables.objective, tables.jobs)

    def _numbered(self, table: pd.DataFrame) -> pd.DataFrame:
        places = {name: place for place, name in enumerate(self.tables.job_names)}
        return table.assign(j=table["TuningJobName"].map(places).astype("int64"))


def facts_of(tables: TuningTables, prices: Mapping[str, float] | None = None) -> Facts:
    """Return what is known about some tables; it is kept with them, and goes with them.

    Parameters
    ----------
    tables : TuningTables
    prices : mapping of str to float, optional
        Dollars per instance-hour by instance type.

    Returns
    -------
    Facts
    """
    paid = check_prices(prices)
    kind = "facts", frozenset(paid.items())
    return tables.keep(kind, None, lambda: Facts(tables, paid))
