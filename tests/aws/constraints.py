"""What botocore's model of a service demands of a request (ranges, patterns, choices), and has in
an answer.

boto3 itself checks types, what is required and the smallest sizes; AWS checks the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import botocore.model

from tests.aws.protocols import ApiError, service_model

_PYTHON: dict[str, Any] = {
    "string": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "boolean": bool,
    "timestamp": datetime,
}

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")  # how AWS writes such floats in JSON


def check_request(service: str, operation: str, params: Any) -> None:
    """Raise what AWS answers to a request that its own model rules out."""
    shape = service_model(service).operation_model(operation).input_shape
    errors = list(_errors(shape, params, ""))
    if errors:
        many = f"{len(errors)} validation error{'s' * (len(errors) > 1)} detected: "
        raise ApiError("ValidationException", many + "; ".join(errors))


def _errors(shape: botocore.model.Shape, value: Any, path: str) -> Iterator[str]:
    rule = _broken_rule(shape, value)
    if rule:
        yield _broken(value, path, rule)
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield _broken(None, _member(path, name), "not be null")
        for name, item in value.items():
            if name in shape.members:
                yield from _errors(shape.members[name], item, _member(path, name))
    elif shape.type_name == "list":
        for place, item in enumerate(value, start=1):
            yield from _errors(shape.member, item, f"{path}.{place}.member")


def _broken(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: Member must {rule}"


def _member(path: str, name: str) -> str:
    return ".".join(filter(None, (path, name[0].lower() + name[1:])))


def _broken_rule(shape: botocore.model.Shape, value: Any) -> str | None:
    rules = shape.metadata
    sized = shape.type_name in ("string", "list", "map")
    size = len(value) if sized else value
    what = "length" if sized else "value"
    if "max" in rules and size > rules["max"]:
        return f"have {what} less than or equal to {rules['max']}"
    if "min" in rules and size < rules["min"]:
        return f"have {what} greater than or equal to {rules['min']}"
    if "enum" in rules and value not in rules["enum"]:
        return f"satisfy enum value set: [{', '.join(rules['enum'])}]"
    pattern = rules.get("pattern", "")
    # classes of Unicode are Java's, not Python's
    if pattern and r"\p{" not in pattern and not re.fullmatch(pattern, value, re.DOTALL):
        return f"satisfy regular expression pattern: {pattern}"
    return None


def check_answer(service: str, shape: str, answer: Any) -> None:
    """Raise an AssertionError if botocore's model doesn't have a member, or not with that type."""
    errors = list(_strangers(service_model(service).shape_for(shape), answer, shape))
    assert not errors, "; ".join(errors)


def _strangers(shape: botocore.model.Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        if not isinstance(value, Mapping):
            yield f"{path} is {value!r}, not a structure"
            return
        for name, item in value.items():
            if name in shape.members:
                yield from _strangers(shape.members[name], item, f"{path}.{name}")
            else:
                yield f"{path} has no member {name}"
    elif shape.type_name == "list":
        for item in value:
            yield from _strangers(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            yield from _strangers(shape.value, item, f"{path}{{}}")
    elif shape.type_name in ("float", "double") and value in _NOT_FINITE:
        return
    elif not isinstance(value, _PYTHON.get(shape.type_name, object)):
        yield f"{path} is {value!r}, not of type {shape.type_name}"
