"""The local AWS endpoint: our operations over HTTP, and moto's server for all others."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.aws import cloudwatch, iam, sagemaker, tuning
from tests.aws.faults import FAULTS, Broken, respond, take_token
from tests.aws.protocols import ApiError, Call, parse_call, serialize_error, serialize_result
from tests.aws.world import World

_OPERATIONS = sagemaker.OPERATIONS | tuning.OPERATIONS | cloudwatch.OPERATIONS | iam.OPERATIONS


class Endpoint:
    """A WSGI app in front of moto's, with one world at a time."""

    def __init__(self) -> None:
        self.world = World()
        self._moto: Callable[..., Iterable[bytes]] | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body) if length else environ["wsgi.input"]
        call = parse_call(environ, body)
        if call is None:
            return self._ask_moto(environ, start_response)
        answer = self._answer(call)
        if answer is None:
            return self._ask_moto(environ, start_response)
        fault = self.world.next_fault(call)
        if fault is not None:
            return FAULTS[fault](Broken(call, *answer, environ, start_response, self.world.healed))
        return respond(start_response, *answer)

    def _answer(self, call: Call) -> tuple[int, dict[str, str], bytes] | None:
        """Return status, headers and body; None for what moto is to answer."""
        take_token(call)
        try:
            self.world.record(call)
            if call.operation in self.world.answers:
                answer = self.world.answers[call.operation]
                return serialize_result(call, answer() if callable(answer) else answer)
            if call.operation in _OPERATIONS:
                return serialize_result(call, _OPERATIONS[call.operation](self.world, call))
        except ApiError as error:
            return serialize_error(call, error)
        except sagemaker.Unknown:
            if "HyperParameterTuningJobName" in call.params:
                return serialize_error(call, sagemaker.not_found(call))
        return None

    def reset(self) -> None:
        """Begin anew: an empty world, and an empty moto if it was used."""
        self.world.heal()
        self.world.clear()
        if self._moto is not None:
            from moto.moto_api._internal import moto_api_backend

            moto_api_backend.reset()

    def _ask_moto(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            if self._moto is None:  # imported late: few tests need it
                from moto.moto_server.werkzeug_app import (
                    DomainDispatcherApplication,
                    create_backend_app,
                )

                self._moto = DomainDispatcherApplication(create_backend_app)
        return self._moto(environ, start_response)


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections, as AWS does

    def log(self, type: str, message: str, *args: Any) -> None:
        pass

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)  # without a date: answers may have their own


class Server:
    """The endpoint in a thread, on a free port of the loopback device."""

    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self._server = make_server(
            "127.0.0.1", 0, self.endpoint, threaded=True, request_handler=_QuietHandler
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.endpoint.world.url = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.endpoint.world.heal()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
