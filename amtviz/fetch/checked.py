"""Answers that aren't AWS's, found where they are read: whoever reads on may rely on the rest.

A network that asks for a sign-in answers every request with a web page, and a proxy may cut an
answer short. botocore makes an empty answer of most of that. Here it becomes an error answer of
the code `NOT_AWS`, which `amtviz.fetch.clients` repeats and `amtviz.fetch.errors` explains.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.parsers import ResponseParserFactory

NOT_AWS = "NotAnAnswerOfAWS"

_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_SHOWN = 60  # characters of a web page's title

Answer = dict[str, Any]


class CheckedParsers(ResponseParserFactory):  # type: ignore[misc, unused-ignore]
    """Makes parsers that return an error answer for what isn't an answer of AWS's."""

    def create_parser(self, protocol_name: str) -> Any:
        """Return the parser of a protocol; see `botocore.parsers.ResponseParserFactory`."""
        return _CheckedParser(super().create_parser(protocol_name))


class _CheckedParser:
    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def parse(self, response: Mapping[str, Any], shape: Any) -> Answer:
        """Parse an answer; see `botocore.parsers.ResponseParser.parse`."""
        status = response["status_code"]
        try:
            parsed: Answer = self._parser.parse(response, shape) or {}  # of null there is nothing
        except Exception:  # there is no telling what a web page does to a parser
            return _error(response, str(status) if status >= 500 else NOT_AWS)
        if status < 300:
            wrong = _find_wrong(parsed, shape, response)
            return _error(response, NOT_AWS, wrong) if wrong else parsed
        # an error of AWS's has a name: botocore puts the status in its place where there is none
        if str(parsed.get("Error", {}).get("Code", "-")) in ("", str(status)):
            return _error(response, str(status) if status >= 500 else NOT_AWS)
        return parsed


def _error(response: Mapping[str, Any], code: str, reason: str = "") -> Answer:
    headers = {name.lower(): value for name, value in response["headers"].items()}
    return {
        "Error": {"Code": code, "Message": reason or _describe_body(response["body"])},
        "ResponseMetadata": {
            "HTTPStatusCode": response["status_code"],
            "HTTPHeaders": headers,
        },
    }


def _find_wrong(parsed: Answer, shape: Any, response: Mapping[str, Any]) -> str:
    """Say what is wrong with an answer; nothing if nothing is."""
    if shape is None:
        return ""
    missing = find_missing(parsed, shape)
    empty = parsed.keys() <= {"ResponseMetadata"}
    if not empty:
        return f"an answer without {missing}" if missing else ""
    if not _is_of(response["body"], shape):
        return _describe_body(response["body"])
    return f"an answer without {missing}" if missing else ""


def find_missing(answer: Mapping[str, Any], shape: Any) -> str:
    """Return the first member that botocore's model requires of an answer and that it lacks.

    Parameters
    ----------
    answer : mapping
    shape : botocore.model.StructureShape
        Of the operation's output.

    Returns
    -------
    str
        Such as ``TrainingJobSummaries[3].TrainingJobName``; empty if there is none. Looked for in
        the answer itself and in the lists that it must have: elsewhere a missing member costs a
        detail only.
    """
    for name in shape.required_members:
        if answer.get(name) is None:
            return str(name)
        if shape.members[name].type_name != "list":
            continue
        required = getattr(shape.members[name].member, "required_members", ())
        for place, entry in enumerate(answer[name]):
            if entry is None:
                return f"{name}[{place}]"
            for inner in required:
                if entry.get(inner) is None:
                    return f"{name}[{place}].{inner}"
    return ""


def _is_of(body: bytes, shape: Any) -> bool:
    """Tell whether an answer without any member is AWS's: an empty object, or an empty element."""
    text = body.strip()
    if text[:1] == b"<":
        return re.search(rb"<\w+Response[\s>]", text) is not None
    if text[:1] == b"{":
        try:
            return all(name in shape.members for name in json.loads(text))
        except ValueError:
            return False
    return len(text) > 0 and 0xA0 <= text[0] <= 0xBF  # a map of CBOR


def _describe_body(body: bytes) -> str:
    """Say what came in place of an answer."""
    text = body[:10_000].decode("utf-8", "replace").strip()
    if not text:
        return "an empty answer"
    if text[0] == "<":
        title = _TITLE.search(text)
        named = " ".join(html.unescape(title.group(1)).split())[:_SHOWN] if title else ""
        return f"a web page, {named!r}" if named else "a web page"
    return "an answer that was cut short" if text[0] in "{[" else "something unreadable"
