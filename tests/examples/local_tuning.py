"""Makes the modules of examples/local_tuning importable, as they are when run.py is started."""

import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "local_tuning"

if str(EXAMPLE) not in sys.path:
    sys.path.insert(0, str(EXAMPLE))

import runner  # noqa: E402
import strategies  # noqa: E402
import tuning  # noqa: E402

__all__ = ["EXAMPLE", "runner", "strategies", "tuning"]
