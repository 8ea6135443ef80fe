"""The two protocols that boto3 speaks to SageMaker, CloudWatch and IAM: AWS JSON and AWS query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.loaders
import botocore.model

# target prefix or signing name -> boto3's name of the service
SERVICES = {
    "SageMaker": "sagemaker",
    "GraniteServiceVersion20100801": "cloudwatch",
    "monitoring": "cloudwatch",
    "iam": "iam",
}
_NAMESPACES = {
    "cloudwatch": "http://monitoring.amazonaws.com/doc/2010-08-01/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
}


class ApiError(Exception):
    """What AWS answers in place of a result."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Call:
    """One request, whatever protocol it came in."""

    service: str
    operation: str
    region: str
    params: dict[str, Any]
    protocol: str
    access_key: str = ""


def parse_call(environ: Mapping[str, Any], body: bytes) -> Call | None:
    """Read a request; None if it is for another service."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
    region, signed_for = (scope[2], scope[3]) if len(scope) > 3 else ("us-east-1", "")
    prefix, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
    if prefix in SERVICES:
        params = json.loads(body or b"{}")
        return Call(SERVICES[prefix], operation, region, params, "json", scope[0])
    if signed_for in SERVICES and b"Action=" in body:
        flat = dict(parse_qsl(body.decode(), keep_blank_values=True))
        service, operation = SERVICES[signed_for], flat.pop("Action")
        flat.pop("Version", None)
        shape = service_model(service).operation_model(operation).input_shape
        params = _typed(_nested(flat), shape)
        return Call(service, operation, region, params, "query", scope[0])
    return None


def serialize_result(call: Call, result: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    if call.protocol == "query":
        name = f"{call.operation}Response"
        inner = _xml(f"{call.operation}Result", result)
        text = f'<{name} xmlns="{_NAMESPACES[call.service]}">{inner}</{name}>'
        return 200, {"Content-Type": "text/xml"}, text.encode()
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, _json(result)


def serialize_error(call: Call, error: ApiError) -> tuple[int, dict[str, str], bytes]:
    if call.protocol == "query":
        inner = _xml("Error", {"Type": "Sender", "Code": error.code, "Message": error.message})
        text = f"<ErrorResponse>{inner}</ErrorResponse>"
        return error.status, {"Content-Type": "text/xml"}, text.encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-query-error": f"{error.code};Sender",
    }
    return error.status, headers, _json({"__type": error.code, "message": error.message})


def _json(value: Any) -> bytes:
    return json.dumps(value, default=lambda item: item.timestamp()).encode()


def _xml(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_xml(key, item) for key, item in value.items())
    elif isinstance(value, list):
        inner = "".join(_xml("member", item) for item in value)
    elif isinstance(value, datetime):
        inner = value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


@cache
def service_model(service: str) -> botocore.model.ServiceModel:
    loader = botocore.loaders.create_loader()
    return botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)


def _nested(flat: dict[str, str]) -> dict[str, Any]:
    """Turn ``A.member.1.B`` keys into dicts and lists."""
    root: dict[str, Any] = {}
    for key, value in flat.items():
        *path, last = key.split(".")
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value
    return root


def _typed(value: Any, shape: botocore.model.Shape) -> Any:
    """Give query's text the types of the service model, as JSON has them."""
    if shape.type_name == "structure":
        return {key: _typed(item, shape.members[key]) for key, item in value.items()}
    if shape.type_name == "list":
        members = value.get("member", {}) if isinstance(value, dict) else {}
        return [_typed(members[key], shape.member) for key in sorted(members, key=int)]
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name == "boolean":
        return value == "true"
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
    return value
