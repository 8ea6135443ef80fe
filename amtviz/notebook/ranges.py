"""Brushed ranges as SageMaker takes them: code, the SDK's objects, or the API's own shape."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.errors import InputError, join_choices
from amtviz.model import Hyperparameter
from amtviz.sdk_code import check_sdk, write_number, write_ranges, write_ranges_of_algorithms

# Where each generation of the SDK has its parameter classes; it is never imported from here.
_MODULES = {3: "sagemaker.core.parameter", 2: "sagemaker.tuner"}


class SelectedRanges(Mapping[str, Hyperparameter]):
    """Hyperparameters by name, each with the range that was brushed.

    Parameters
    ----------
    brushed : iterable of Hyperparameter
        With the ranges that the brushes left.
    declared : iterable of Hyperparameter
        All of them, with their declared ranges.
    owners : mapping, optional
        Of several algorithms: by hyperparameter, how each algorithm that has it declares it.
    """

    def __init__(
        self,
        brushed: Iterable[Hyperparameter],
        declared: Iterable[Hyperparameter],
        owners: Mapping[str, Mapping[str, Hyperparameter]] | None = None,
    ) -> None:
        self._brushed = {each.name: each for each in brushed}
        self._declared = {each.name: each for each in declared}
        self._owners = {name: dict(of) for name, of in (owners or {}).items() if of}

    def __getitem__(self, name: str) -> Hyperparameter:
        try:
            return self._brushed[name]
        except KeyError:
            raise KeyError(
                f"{name!r} isn't brushed. Brushed are: {join_choices(self._brushed)}."
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._brushed

    def __iter__(self) -> Iterator[str]:
        return iter(self._brushed)

    def __len__(self) -> int:
        return len(self._brushed)

    def __repr__(self) -> str:
        if not self._brushed:
            return "Nothing is brushed."
        return "\n".join(f"{name}: {_describe(each)}" for name, each in self._brushed.items())

    @property
    def static(self) -> dict[str, str]:
        """Numbers of which the brushes left one value, as static hyperparameters of AWS."""
        return {
            each.name: write_number(each.low or 0, each.kind)
            for each in self._brushed.values()
            if not _is_range(each)
        }

    def code(self, sdk: int = 3, *, others: bool = False) -> str:
        """Write ``hyperparameter_ranges = {…}`` with its imports.

        Of several algorithms, ``hyperparameter_ranges_dict``, each with its own true names.

        Parameters
        ----------
        sdk : {3, 2}
            The generation of the SageMaker SDK.
        others : bool
            Also those that aren't brushed, as they were declared.

        Returns
        -------
        str
            Where one value is left, a comment says so.

        Raises
        ------
        InputError
            If there is no such SDK.
        """
        if not self._owners:
            return write_ranges(_table(self._wanted(others)), sdk)
        own: dict[str, list[Hyperparameter]] = {}
        for each in self._wanted(others):
            for algorithm, declared in self._owners.get(each.name, {}).items():
                kept = declared if each.name not in self._brushed else each
                own.setdefault(algorithm, []).append(replace(kept, name=declared.name))
        tables = {algorithm: _table(found) for algorithm, found in own.items()}
        return write_ranges_of_algorithms(tables, sdk)

    def parameters(self, sdk: int | None = None, *, others: bool = False) -> dict[str, Any]:
        """Make the SDK's own parameter objects, from the SDK that you imported.

        Parameters
        ----------
        sdk : {3, 2}, optional
            By default, the one that is imported.
        others : bool
            As in `code`.

        Returns
        -------
        dict of str to object
            What a tuner takes as ``hyperparameter_ranges``, without those in `static`.

        Raises
        ------
        InputError
            If that SDK isn't imported.
        """
        module = _imported(sdk)
        made: dict[str, Any] = {}
        for each in filter(_is_range, self._wanted(others)):
            if each.kind == "categorical":
                made[each.name] = module.CategoricalParameter(list(each.values))
                continue
            name = "IntegerParameter" if each.kind == "integer" else "ContinuousParameter"
            made[each.name] = getattr(module, name)(each.low, each.high, scaling_type=each.scaling)
        return made

    def to_aws(self, *, others: bool = False) -> dict[str, list[dict[str, Any]]]:
        """Return ``ParameterRanges`` as the API takes it, for boto3.

        Parameters
        ----------
        others : bool
            As in `code`.

        Returns
        -------
        dict
            Without those in `static`.
        """
        ranges: dict[str, list[dict[str, Any]]] = {
            "IntegerParameterRanges": [],
            "ContinuousParameterRanges": [],
            "CategoricalParameterRanges": [],
        }
        for each in filter(_is_range, self._wanted(others)):
            if each.kind == "categorical":
                found: dict[str, Any] = {"Values": list(each.values)}
            else:
                found = {
                    "MinValue": write_number(each.low or 0, each.kind),
                    "MaxValue": write_number(each.high or 0, each.kind),
                    "ScalingType": each.scaling,
                }
            kind = each.kind.capitalize()
            ranges[f"{kind}ParameterRanges"].append({"Name": each.name, **found})
        return ranges

    def _wanted(self, others: bool) -> list[Hyperparameter]:
        """Return what is brushed, or all, in the declared order; a range without ends can't be."""
        found = [
            self._brushed.get(name, each)
            for name, each in self._declared.items()
            if others or name in self._brushed
        ]
        for each in found:
            if each.kind != "categorical" and (each.low is None or each.high is None):
                raise InputError(f"{each.name!r} has no declared range. Brush it as well.")
        return found


def _table(hyperparameters: Iterable[Hyperparameter]) -> pd.DataFrame:
    rows = [(h.name, h.kind, h.low, h.high, h.values, h.scaling) for h in hyperparameters]
    columns = ["Hyperparameter", "Kind", "Low", "High", "Values", "Scaling"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _is_range(hyperparameter: Hyperparameter) -> bool:
    """Whether there is something to search; AWS wants a smallest below a largest value."""
    if hyperparameter.kind == "categorical":
        return True
    low, high = hyperparameter.low, hyperparameter.high
    return low is not None and high is not None and low < high


def _describe(hyperparameter: Hyperparameter) -> str:
    if hyperparameter.kind == "categorical":
        return ", ".join(hyperparameter.values)
    low, high = hyperparameter.low or 0, hyperparameter.high or 0
    return " to ".join(write_number(end, hyperparameter.kind) for end in (low, high))


def _imported(sdk: int | None) -> Any:
    """Return the module of the SDK's parameter classes, if the person imported it."""
    for generation in _MODULES if sdk is None else [check_sdk(sdk)]:
        module = sys.modules.get(_MODULES[generation])
        if hasattr(module, "ContinuousParameter"):
            return module
    name = "SageMaker's SDK" if sdk is None else f"SageMaker's SDK {sdk}"
    ways = " or ".join(
        f"import {module} (SDK {generation})"
        for generation, module in _MODULES.items()
        if sdk in (None, generation)
    )
    raise InputError(
        f"{name} isn't imported here. Run {ways} first, or use code() or to_aws() instead."
    )
