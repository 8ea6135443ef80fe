"""IAM's SimulatePrincipalPolicy: SageMaker SDK 3 asks it about a role, and moto has none."""

from __future__ import annotations

from typing import Any

from tests.aws.protocols import Call
from tests.aws.world import World


def simulate_principal_policy(world: World, call: Call) -> dict[str, Any]:
    results = [
        {"EvalActionName": name, "EvalDecision": "allowed"} for name in call.params["ActionNames"]
    ]
    return {"EvaluationResults": results, "IsTruncated": "false"}


OPERATIONS = {"SimulatePrincipalPolicy": simulate_principal_policy}
