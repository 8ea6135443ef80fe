"""How much importing amtviz costs, as a multiple of importing altair, pandas and boto3.

Fresh processes, in turns, so that a machine that slows down slows both. Processor time rather than
the clock's, which on a busy machine measures the neighbours; importing waits for nothing. Bytecode
goes to a folder of its own and is there before the first round, as in an installed package.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

GOAL = 1.1
LIBRARIES = "import altair, pandas, boto3"
PACKAGE = "import amtviz"


def measure_import(code: str, environment: dict[str, str]) -> float:
    """Run the code in a fresh interpreter; give the processor seconds it took."""
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{code!r} failed with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def measure_ratio(rounds: int) -> tuple[float, float, float]:
    """Give the median seconds of the libraries and of amtviz, and the median ratio."""
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        measure_import(f"{LIBRARIES}; {PACKAGE}", environment)
        pairs = [
            (measure_import(LIBRARIES, environment), measure_import(PACKAGE, environment))
            for _ in range(rounds)
        ]
    libraries, package = zip(*pairs, strict=True)
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    return statistics.median(libraries), statistics.median(package), ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    libraries, package, ratio = measure_ratio(parser.parse_args().rounds)
    print(f"altair, pandas and boto3: {1000 * libraries:.0f} ms")
    print(f"amtviz:                   {1000 * package:.0f} ms")
    print(f"ratio:                    {ratio:.3f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
