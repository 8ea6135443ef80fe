"""Brushed ranges as SageMaker takes them: code, the SDK's objects, or the API's own shape."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from amtviz.analysis.scale import name_scaling, scale_kind
from amtviz.errors import InputError, join_choices
from amtviz.model import Hyperparameter
from amtviz.sdk_code import (
    check_sdk,
    quote,
    write_number,
    write_ranges,
    write_ranges_of_algorithms,
)

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
        # a range that was brushed is known, whether or not it was declared
        self._brushed = {each.name: replace(each, declared=True) for each in brushed}
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
            Comments say where one value is left, and which others have no declared range.

        Raises
        ------
        InputError
            If there is no such SDK.
        """
        groups = self._groups(others)
        unknown = dict.fromkeys(h.name for of in groups.values() for h in of if not _is_known(h))
        tables = {name: _table(filter(_is_known, of)) for name, of in groups.items()}
        of_several = bool(self._owners)
        code = (
            write_ranges_of_algorithms(tables, sdk) if of_several else write_ranges(tables[""], sdk)
        )
        notes = [f"# {quote(name)} has no declared range: brush it as well.\n" for name in unknown]
        return "".join([*notes, code])

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
            What a tuner takes as ``hyperparameter_ranges``, without those in `static`; of several
            algorithms, such a dict by algorithm, as ``hyperparameter_ranges_dict``.

        Raises
        ------
        InputError
            If that SDK isn't imported, or one of the others has no declared range.
        """
        module = _imported(sdk)
        made = {n: _make_parameters(module, of) for n, of in self._known_groups(others).items()}
        return made if self._owners else made[""]

    def to_aws(self, *, others: bool = False) -> dict[str, Any]:
        """Return ``ParameterRanges`` as the API takes it, for boto3.

        Parameters
        ----------
        others : bool
            As in `code`.

        Returns
        -------
        dict
            Without those in `static`; of several algorithms, such a dict by the name of the
            training-job definition, as each has its ``HyperParameterRanges``.

        Raises
        ------
        InputError
            If one of the others has no declared range.
        """
        told = {name: _tell_aws(of) for name, of in self._known_groups(others).items()}
        return told if self._owners else told[""]

    def _groups(self, others: bool) -> dict[str, list[Hyperparameter]]:
        """Return what is brushed, or all, in the declared order, by algorithm if several."""
        groups: dict[str, list[Hyperparameter]] = {} if self._owners else {"": []}
        for name, each in self._declared.items():
            brushed = self._brushed.get(name)
            if brushed is None and not others:
                continue
            owners = self._owners.get(name, {}) if self._owners else {"": each}
            for algorithm, own in owners.items():
                kept = replace(brushed, name=own.name) if brushed else _with_scale(own)
                groups.setdefault(algorithm, []).append(kept)
        return groups

    def _known_groups(self, others: bool) -> dict[str, list[Hyperparameter]]:
        groups = self._groups(others)
        for each in (h for of in groups.values() for h in of if not _is_known(h)):
            raise InputError(
                f"{each.name!r} has no declared range. Brush it as well, or leave out others=True."
            )
        return groups


def _is_known(hyperparameter: Hyperparameter) -> bool:
    """Whether there is a range to write: brushed, or declared, not only what trials tried."""
    has_ends = hyperparameter.low is not None and hyperparameter.high is not None
    return hyperparameter.declared and (hyperparameter.kind == "categorical" or has_ends)


def _with_scale(hyperparameter: Hyperparameter) -> Hyperparameter:
    """Name the scale on which an ``Auto`` range is read."""
    low, high = hyperparameter.low, hyperparameter.high
    if hyperparameter.kind == "categorical" or low is None or high is None:
        return hyperparameter
    kind = scale_kind(hyperparameter, low, high)
    return replace(hyperparameter, scaling=name_scaling(hyperparameter.scaling, kind))


def _make_parameters(module: Any, wanted: Iterable[Hyperparameter]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in filter(_is_range, wanted):
        if each.kind == "categorical":
            made[each.name] = module.CategoricalParameter(list(each.values))
            continue
        name = "IntegerParameter" if each.kind == "integer" else "ContinuousParameter"
        made[each.name] = getattr(module, name)(each.low, each.high, scaling_type=each.scaling)
    return made


def _tell_aws(wanted: Iterable[Hyperparameter]) -> dict[str, list[dict[str, Any]]]:
    ranges: dict[str, list[dict[str, Any]]] = {
        "IntegerParameterRanges": [],
        "ContinuousParameterRanges": [],
        "CategoricalParameterRanges": [],
    }
    for each in filter(_is_range, wanted):
        if each.kind == "categorical":
            found: dict[str, Any] = {"Values": list(each.values)}
        else:
            found = {
                "MinValue": write_number(each.low or 0, each.kind),
                "MaxValue": write_number(each.high or 0, each.kind),
                "ScalingType": each.scaling,
            }
        ranges[f"{each.kind.capitalize()}ParameterRanges"].append({"Name": each.name, **found})
    return ranges


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
