"""The local AWS endpoint: our reading operations over HTTP, and moto's server for all others."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from amtviz.model import RawTuningJob
from tests.aws import cloudwatch, sagemaker
from tests.aws.generate import generate_tuning_job
from tests.aws.protocols import ApiError, Call, parse_call, serialize_error, serialize_result
from tests.aws.world import World

_OPERATIONS = sagemaker.OPERATIONS | cloudwatch.OPERATIONS


class Endpoint:
    """A WSGI app in front of moto's, with one world at a time.

    A tuning job that is created here (by a real SageMaker SDK) completes at once, with generated
    trials over the ranges that were asked for.
    """

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
        try:
            self.world.record(call)
            if call.operation in _OPERATIONS:
                result = _OPERATIONS[call.operation](self.world, call)
                return _respond(start_response, *serialize_result(call, result))
        except ApiError as error:
            return _respond(start_response, *serialize_error(call, error))
        except sagemaker.Unknown:
            if "HyperParameterTuningJobName" in call.params:
                error = sagemaker.not_found(call)
                return _respond(start_response, *serialize_error(call, error))
        answer = self._ask_moto(environ, start_response)
        if call.operation == "CreateHyperParameterTuningJob":
            answer = list(answer)
            if "HyperParameterTuningJobArn" in json.loads(b"".join(answer)):
                self.world.add(_run(call))
        return answer

    def reset(self) -> None:
        """Begin anew: an empty world, and an empty moto if it was used."""
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
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _respond(start_response: Any, status: int, headers: dict[str, str], body: bytes) -> list[bytes]:
    reason = "OK" if status == 200 else "Error"
    start_response(f"{status} {reason}", [*headers.items(), ("Content-Length", str(len(body)))])
    return [body]


def _run(call: Call) -> RawTuningJob:
    """Run a tuning job that was asked for: its description is the request's own."""
    asked = call.params
    config = asked["HyperParameterTuningJobConfig"]
    definition = asked.get("TrainingJobDefinition") or asked["TrainingJobDefinitions"][0]
    objective = config.get("HyperParameterTuningJobObjective") or definition["TuningObjective"]
    job = generate_tuning_job(
        asked["HyperParameterTuningJobName"],
        config["ResourceLimits"].get("MaxNumberOfTrainingJobs", 10),
        region=call.region,
        ranges=config.get("ParameterRanges") or definition["HyperParameterRanges"],
        objective=objective["MetricName"],
        direction=objective["Type"],
        strategy=config["Strategy"],
        quoted=False,
    )
    job.description.update(  # type: ignore[attr-defined]
        {key: value for key, value in asked.items() if key != "Tags"}
    )
    return job
