"""Search strategies by their SageMaker names, each an Optuna study that is asked and told.

Random and Bayesian search every kind of range. Grid goes through every combination of categorical
values. Hyperband stops trials early whose metric falls behind.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from itertools import product

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import Trial, TrialState, create_trial

from amtviz import Hyperparameter

Value = int | float | str
Evaluated = tuple[Mapping[str, Value], float]  # hyperparameters of a trial and its objective

STRATEGIES = ("Random", "Bayesian", "Grid", "Hyperband")

optuna.logging.set_verbosity(optuna.logging.WARNING)


class Strategy:
    """One search: ask for a trial, report its progress, tell its end.

    Parameters
    ----------
    name : {"Random", "Bayesian", "Grid", "Hyperband"}
    ranges : iterable of Hyperparameter
    direction : {"Maximize", "Minimize"}
    seed : int
    resources : tuple of int
        The least and most values of the objective that a trial reports; only for Hyperband.
    parents : iterable of (hyperparameters, objective)
        Trials of earlier tuning jobs to learn from; those outside the ranges are left out.
    """

    def __init__(
        self,
        name: str,
        ranges: Iterable[Hyperparameter],
        direction: str,
        seed: int,
        resources: tuple[int, int] = (1, 10),
        parents: Iterable[Evaluated] = (),
    ) -> None:
        ranges = tuple(ranges)
        self._distributions = {h.name: to_distribution(h) for h in ranges}
        self._study = optuna.create_study(
            study_name=f"{name}-{seed}",  # Hyperband draws its brackets from the study's name
            direction=direction.lower(),
            sampler=self._sampler(name, seed),
            pruner=(
                optuna.pruners.HyperbandPruner(*resources)
                if name == "Hyperband"
                else optuna.pruners.NopPruner()
            ),
        )
        if name == "Grid":
            for point in make_grid(ranges):
                self._study.enqueue_trial(point)
        for values, objective in parents:
            if all(contains(h, values[h.name]) for h in ranges):
                trial = create_trial(
                    params=dict(values), distributions=self._distributions, value=objective
                )
                self._study.add_trial(trial)

    def _sampler(self, name: str, seed: int) -> optuna.samplers.BaseSampler:
        if name in ("Random", "Grid"):  # a grid is queued, nothing is left to draw
            return optuna.samplers.RandomSampler(seed)
        if name in ("Bayesian", "Hyperband"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
                # constant_liar keeps trials that run at the same time apart
                return optuna.samplers.TPESampler(seed=seed, constant_liar=True)
        raise ValueError(f"There is no strategy {name!r}. Choose one of {', '.join(STRATEGIES)}.")

    def ask(self) -> Trial:
        """Give the next trial to run; its ``params`` are the hyperparameters."""
        return self._study.ask(self._distributions)

    def report(self, trial: Trial, step: int, objective: float) -> bool:
        """Note the objective after a step (1, 2, …); True says to stop the trial now."""
        trial.report(objective, step)
        return trial.should_prune()

    def tell(self, trial: Trial, objective: float | None, *, completed: bool) -> None:
        """Note the end of a trial; the objective is None when it never gave one."""
        if objective is None:
            self._study.tell(trial, state=TrialState.FAIL)
        elif completed:
            self._study.tell(trial, objective)
        else:
            self._study.tell(trial, state=TrialState.PRUNED)  # it counts with its last report


def contains(hyperparameter: Hyperparameter, value: Value) -> bool:
    """Say whether the range holds the value."""
    h = hyperparameter
    if h.kind == "categorical":
        return value in h.values
    assert h.low is not None
    assert h.high is not None
    return h.low <= float(value) <= h.high


def to_distribution(hyperparameter: Hyperparameter) -> BaseDistribution:
    """Give the range as Optuna has it."""
    h = hyperparameter
    if h.kind == "categorical":
        return CategoricalDistribution(h.values)
    assert h.low is not None
    assert h.high is not None
    log = h.scaling == "Logarithmic"
    if h.kind == "integer":
        return IntDistribution(int(h.low), int(h.high), log=log)
    return FloatDistribution(h.low, h.high, log=log)


def make_grid(ranges: Iterable[Hyperparameter]) -> list[dict[str, str]]:
    """Give every combination; as on SageMaker, a grid takes categorical ranges only."""
    ranges = tuple(ranges)
    for h in ranges:
        if h.kind != "categorical":
            raise ValueError(
                f"Grid search takes categorical ranges only, and {h.name!r} is {h.kind}. "
                "List the values to try."
            )
    names = [h.name for h in ranges]
    return [dict(zip(names, point, strict=True)) for point in product(*(h.values for h in ranges))]
