"""What is another in one request than in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from amtviz.answers import NAMING
from amtviz.wording.lists import join_words
from amtviz.wording.numbers import MISSING

_RANGES = {"MinValue", "MaxValue"}
_TAG = {"Key", "Value"}


def list_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> pd.DataFrame:
    """List where two requests differ.

    Parameters
    ----------
    before, after : mapping

    Returns
    -------
    pandas.DataFrame
        One row per difference, in the order of ``after``. Columns: Path (with the names of what is
        in lists), Before, After (text; ``–`` where there is nothing).
    """
    old, new = dict(_flatten(before, "")), dict(_flatten(after, ""))
    rows = [
        (path, old.get(path, MISSING), new.get(path, MISSING))
        for path in {**new, **old}
        if old.get(path) != new.get(path)
    ]
    return pd.DataFrame(rows, columns=["Path", "Before", "After"], dtype="object")


def _flatten(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of everything in a request; a range or a tag is one thing."""
    if isinstance(value, Mapping):
        if value.keys() >= _RANGES:
            scaling = value.get("ScalingType", "Auto")
            shown = "" if scaling == "Auto" else f", {scaling}"
            yield path, f"{value['MinValue']} to {value['MaxValue']}{shown}"
        elif "Values" in value and "Name" in value:
            yield path, ", ".join(map(str, value["Values"]))
        else:
            for name, item in value.items():
                yield from _flatten(item, f"{path}.{name}".lstrip("."))
    elif path.endswith("ParentHyperParameterTuningJobs"):
        names = [str(parent.get("HyperParameterTuningJobName")) for parent in value]
        yield path, join_words(names)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, item in enumerate(value):
            if isinstance(item, Mapping) and item.keys() == _TAG:
                yield f"{path}[{item['Key']}]", str(item["Value"])
                continue
            yield from _flatten(item, f"{path}[{_name(item, place)}]")
    else:
        yield path, str(value)


def _name(item: Any, place: int) -> str:
    """Return what tells an item of a list from the others."""
    if isinstance(item, Mapping):
        return next((str(item[name]) for name in NAMING if name in item), str(place))
    return str(place)
