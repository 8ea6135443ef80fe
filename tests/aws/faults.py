"""What can happen to an answer between AWS and us, by name; see `World.break_`.

Each is a function of the answer as it should have been, in the place of a WSGI app.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from typing import Any

from tests.aws.protocols import ApiError, Call, serialize_error

PORTAL = b"""<!DOCTYPE html><html><head><title>Airport Wi-Fi &ndash; sign in</title></head>
<body><form action="/login">Room <input name=room><br></form></body></html>"""
GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_FAKE = "made-up-"  # how tokens of this module begin
_SLOW = 0.05  # seconds a byte


@dataclass(frozen=True)
class Broken:
    """An answer that is to be broken."""

    call: Call
    status: int
    headers: dict[str, str]
    body: bytes
    environ: dict[str, Any]
    start_response: Any
    healed: threading.Event


Fault = Callable[[Broken], Iterable[bytes]]


def respond(
    start_response: Any, status: int, headers: dict[str, str], body: bytes
) -> Iterable[bytes]:
    """Answer as a server should."""
    reason = "OK" if status == 200 else "Error"
    headers = {"Date": formatdate(usegmt=True), "Content-Length": str(len(body)), **headers}
    start_response(f"{status} {reason}", [*headers.items()])
    return [body]


def take_token(call: Call) -> None:
    """Begin with the first page where a token of this module is handed in."""
    if str(call.params.get("NextToken", "")).startswith(_FAKE):
        del call.params["NextToken"]


def _html(status: int, page: bytes) -> Fault:
    return lambda b: respond(b.start_response, status, {"Content-Type": "text/html"}, page)


def _body(change: Callable[[bytes], bytes]) -> Fault:
    return lambda b: respond(b.start_response, b.status, b.headers, change(b.body))


def _error(code: str, message: str, status: int) -> Fault:
    def fail(broken: Broken) -> Iterable[bytes]:
        answer = serialize_error(broken.call, ApiError(code, message, status))
        return respond(broken.start_response, *answer)

    return fail


def _redirect(broken: Broken) -> Iterable[bytes]:
    headers = {"Content-Type": "text/html", "Location": "http://127.0.0.1/login"}
    return respond(broken.start_response, 302, headers, PORTAL)


def _silence(broken: Broken) -> Iterable[bytes]:
    broken.healed.wait(600)
    return _reset(broken)


def _reset(broken: Broken) -> Iterable[bytes]:
    """Send the half of the body, then reset the connection."""
    length = ("Content-Length", str(len(broken.body)))
    broken.start_response(f"{broken.status} OK", [*broken.headers.items(), length])

    def send() -> Iterator[bytes]:
        yield broken.body[: len(broken.body) // 2]
        connection = broken.environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        raise ConnectionResetError

    return send()


def _slow(broken: Broken) -> Iterable[bytes]:
    """Send a byte now and then."""
    length = ("Content-Length", str(len(broken.body)))
    broken.start_response(f"{broken.status} OK", [*broken.headers.items(), length])

    def send() -> Iterator[bytes]:
        for place in range(len(broken.body)):
            broken.healed.wait(_SLOW)
            yield broken.body[place : place + 1]

    return send()


def _empty(broken: Broken) -> Iterable[bytes]:
    """Answer as an empty AWS would: nothing is there."""
    if _is_xml(broken):
        return _empty_object(broken)
    answer = json.loads(broken.body)
    empty = {key: [] for key, value in answer.items() if isinstance(value, list)}
    return respond(broken.start_response, 200, broken.headers, json.dumps(empty).encode())


def _empty_object(broken: Broken) -> Iterable[bytes]:
    """Answer with an object without members."""
    body = b"{}"
    if _is_xml(broken):
        members = re.compile(rb"(?<=<GetMetricDataResult>).*(?=</GetMetricDataResult>)", re.DOTALL)
        body = members.sub(b"", broken.body)
    return respond(broken.start_response, 200, broken.headers, body)


def _is_xml(broken: Broken) -> bool:
    """Whether the answer is for a botocore that asks CloudWatch for XML: the oldest one does."""
    return broken.body.lstrip().startswith(b"<")


def _with_token(make: Callable[[Broken], str]) -> Fault:
    def name_next(broken: Broken) -> Iterable[bytes]:
        token, body = _FAKE + make(broken), broken.body
        if _is_xml(broken):
            body = re.sub(rb"<NextToken>.*?</NextToken>", b"", body, flags=re.DOTALL)
            named = f"<NextToken>{token}</NextToken></GetMetricDataResult>".encode()
            body = body.replace(b"</GetMetricDataResult>", named)
        else:
            body = json.dumps(json.loads(body) | {"NextToken": token}).encode()
        return respond(broken.start_response, 200, broken.headers, body)

    return name_next


def _skewed(broken: Broken) -> Iterable[bytes]:
    message = "Signature expired: 20260101T000000Z is now earlier than 20260101T003000Z"
    there = datetime.now(timezone.utc) + timedelta(minutes=42)
    error = ApiError("InvalidSignatureException", message, 403)
    status, headers, body = serialize_error(broken.call, error)
    headers |= {"Date": format_datetime(there, usegmt=True)}
    return respond(broken.start_response, status, headers, body)


class _Alternating:
    """Makes two tokens in turn."""

    def __init__(self) -> None:
        self._turn = 0

    def __call__(self, broken: Broken) -> str:
        self._turn += 1
        return "AB"[self._turn % 2]


FAULTS: dict[str, Fault] = {
    "portal": _html(200, PORTAL),
    "portal-redirect": _redirect,
    "portal-403": _html(403, PORTAL),
    "cut-json": _body(lambda body: body[: len(body) // 2]),
    "empty-object": _empty_object,
    "empty-body": _body(lambda body: b""),
    "null": _body(lambda body: b"null"),
    "list": _body(lambda body: b"[1, 2]"),
    "text": _body(lambda body: b"upstream connect error or disconnect/reset before headers"),
    "bytes": _body(lambda body: b"\xff\xfe\x00\x80" * 9),
    "other-json": _body(lambda body: b'{"status": "ok", "items": []}'),
    "empty-lists": _empty,
    "500": _error("InternalFailure", "", 500),
    "503": _error("ServiceUnavailable", "", 503),
    "502-html": _html(502, GATEWAY),
    "expired": _error("ExpiredTokenException", "The security token is expired", 400),
    "skewed": _skewed,
    "throttled": _error("ThrottlingException", "Rate exceeded", 400),
    "reset": _reset,
    "silence": _silence,
    "slow": _slow,
    "tokens-in-turn": _with_token(_Alternating()),
    "tokens-forever": _with_token(lambda broken: uuid.uuid4().hex),
}

#: Answers with status 200 that aren't AWS's.
WRONG = (
    "portal",
    "cut-json",
    "empty-object",
    "empty-body",
    "null",
    "list",
    "text",
    "bytes",
    "other-json",
)
