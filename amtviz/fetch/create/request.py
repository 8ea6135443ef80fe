"""The request to create a tuning job, held to botocore's own model of it."""

from __future__ import annotations

import copy
import functools
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import Shape
from botocore.validate import ParamValidator

from amtviz.answers import NAMING
from amtviz.errors import InputError, join_choices

_OPERATION = "CreateHyperParameterTuningJob"
_PART = re.compile(r"\.?(?:\[([^\]]+)\]|([^.\[\]]+))")
_NEW_ONES_COME = {"TrainingInstanceType"}  # AWS adds them faster than botocore learns
# of an answer only, as their documentation says; the model has them in requests, too
_SELECTED = {"SelectedInstanceType", "SelectedInstanceCount"}
_NUMBERS = {"integer", "long", "float", "double"}  # boto3 takes True for 1, and AWS doesn't
_TOLD = 3  # faults in one message


@functools.cache
def _shape() -> Shape:
    service = botocore.session.Session().get_service_model("sagemaker")
    shape = service.operation_model(_OPERATION).input_shape
    assert shape is not None
    return shape


class RequestModel:
    """What CreateHyperParameterTuningJob takes."""

    def keep_accepted(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of an answer a request may have, as a copy: the members that both have."""
        kept: dict[str, Any] = _keep(_shape(), answer)
        return kept

    def set_value(self, request: dict[str, Any], path: str, value: Any) -> None:
        """Set what a path leads to; None takes it away.

        Parameters
        ----------
        request : dict
            Changed in its place.
        path : str
            Members with dots between; in lists, places from 0 or names: ``Tags[0].Value``,
            ``MetricDefinitions[loss].Regex``. Behind a map's name, all the rest is the key:
            ``StaticHyperParameters.my.name``.
        value : object
            A number stands for its text where AWS wants text; a text for the JSON in it where AWS
            wants something else.

        Raises
        ------
        InputError
            If the path leads nowhere, or the value can't be read.
        """
        shape, target, rest, trail = _shape(), request, path, ""
        while True:
            part, rest = _split(rest, path, whole=shape.type_name == "map")
            inner, key = _step(shape, target, part, trail, path)
            trail = f"{trail}[{key}]" if isinstance(key, int) else f"{trail}.{key}".lstrip(".")
            if not rest:
                _assign(inner, target, key, value, trail)
                return
            target, shape = _descend(inner, target, key), inner

    def check(self, request: Mapping[str, Any]) -> None:
        """Raise an InputError that names what AWS's model rules out: types, lengths, patterns."""
        report = ParamValidator().validate(dict(request), _shape())
        faults = [" ".join(line.split()) for line in report.generate_report().splitlines()]
        if not faults:
            faults = list(_faults(_shape(), request, ""))
        if faults:
            more = f" (and {len(faults) - _TOLD} more)" if len(faults) > _TOLD else ""
            raise InputError(
                f"AWS would refuse this tuning job: {'; '.join(faults[:_TOLD])}{more}. Set what it "
                "should be by its path, with changes={'Path': value} (on the command line, --set "
                "Path=value)."
            )


def _keep(shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        return {
            name: _keep(shape.members[name], item)
            for name, item in value.items()
            if name in shape.members and name not in _SELECTED and not _is_nothing(name, item)
        }
    if shape.type_name == "list":
        return [_keep(shape.member, item) for item in value]
    return copy.deepcopy(value)


def _is_nothing(name: str, value: Any) -> bool:
    """Tell whether an answer says that something isn't there: AWS writes no key as an empty one."""
    return value is None or (value == "" and name.endswith("KmsKeyId"))


def _split(rest: str, path: str, *, whole: bool) -> tuple[str, str]:
    """Return the next part of a path, and what is behind it."""
    if whole:
        return rest.removeprefix("."), ""
    found = _PART.match(rest)
    if found is None:
        raise InputError(
            f"{path!r} is no path into {_OPERATION}. Write members with "
            "dots between, in lists a place from 0 or a name: "
            "'TrainingJobDefinition.InputDataConfig[0].ContentType'."
        )
    return found[1] or found[2], rest[found.end() :]


def _step(shape: Shape, target: Any, part: str, trail: str, path: str) -> tuple[Shape, str | int]:
    """Return the shape behind a part of a path, and the key that it is."""
    where = trail or _OPERATION
    if shape.type_name == "structure":
        if part in shape.members:
            return shape.members[part], part
        choices = join_choices(shape.members)
        raise InputError(f"There is no {path!r}: {where} has no {part!r}. Choose from {choices}.")
    if shape.type_name == "map" and part:
        return shape.value, part
    if shape.type_name == "list":
        if part.isdecimal() and int(part) <= len(target):
            return shape.member, int(part)
        names = [_names(item) for item in target]
        found = [place for place, own in enumerate(names) if part in own]
        if found:
            return shape.member, found[0]
        shown = [name for own in names for name in own[:1]] or range(len(target) + 1)
        raise InputError(
            f"There is no {path!r}: {where} is a list without {part!r}. Choose from "
            f"{join_choices(shown)}, or count from 0; the place behind the last adds one."
        )
    if shape.type_name == "map":
        raise InputError(f"{path!r} names nothing in {where}. Write {where}.name.")
    raise InputError(f"There is no {path!r}: {where} is a {shape.type_name}, with nothing in it.")


def _names(item: Any) -> list[str]:
    """Return what an item of a list may be called."""
    is_structure = isinstance(item, Mapping)
    return [str(item[name]) for name in NAMING if name in item] if is_structure else []


def _descend(shape: Shape, target: Any, key: str | int) -> Any:
    """Return what a key leads to; it is made where it isn't there yet."""
    empty: Any = [] if shape.type_name == "list" else {}
    if isinstance(target, list):
        if key == len(target):
            target.append(empty)
        return target[int(key)]
    return target.setdefault(key, empty)


def _assign(shape: Shape, target: Any, key: str | int, value: Any, trail: str) -> None:
    if value is None:
        if isinstance(target, list):
            del target[int(key) : int(key) + 1]
        else:
            target.pop(key, None)
        return
    value = _convert(shape, value, trail)
    if value is None:  # a text that says null
        _assign(shape, target, key, None, trail)
    elif isinstance(target, list) and key == len(target):
        target.append(value)
    else:
        target[key] = value


def _convert(shape: Shape, value: Any, trail: str) -> Any:
    if shape.type_name == "string":
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return str(value) if is_number else value
    if not isinstance(value, str):
        return copy.deepcopy(value)
    try:
        return json.loads(value)
    except ValueError:
        raise InputError(
            f"{trail} can't be {value!r}: it has the type {shape.type_name}. Write it as JSON has "
            "it."
        ) from None


def _faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Yield what breaks a rule that boto3 leaves to AWS."""
    rule = _broken_rule(shape, value)
    if rule:
        shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:60]}…"
        yield f"{path} {rule}, and is {shown}"
    if shape.type_name == "structure":
        for name, item in value.items():
            yield from _faults(shape.members[name], item, f"{path}.{name}".lstrip("."))
    elif shape.type_name == "list":
        for place, item in enumerate(value):
            yield from _faults(shape.member, item, f"{path}[{place}]")
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from _faults(shape.key, name, f"a name in {path}")
            yield from _faults(shape.value, item, f"{path}.{name}")


def _broken_rule(shape: Shape, value: Any) -> str | None:
    rules = shape.metadata
    kind = shape.type_name
    if isinstance(value, bool) and kind in _NUMBERS:
        return "must be a number"
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a finite number"
    unit = {"string": " characters", "list": " items", "map": " entries"}.get(kind)
    size = len(value) if unit else value
    if "max" in rules and size > rules["max"]:
        return f"may {'have' if unit else 'be'} {rules['max']}{unit or ''} at most"
    if "min" in rules and kind != "structure" and size < rules["min"]:
        return f"must {'have' if unit else 'be'} {rules['min']}{unit or ''} at least"
    if "enum" in rules and shape.name not in _NEW_ONES_COME and value not in rules["enum"]:
        return f"must be one of {join_choices(rules['enum'])}"
    pattern = rules.get("pattern", "").removeprefix("^").removesuffix("$")  # the whole has to match
    # classes of Unicode are Java's, not Python's
    if pattern and r"\p{" not in pattern and not re.fullmatch(pattern, value, re.DOTALL):
        return f"must match {pattern}"
    return None
