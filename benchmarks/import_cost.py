"""How much importing amtviz costs, as a multiple of importing altair, pandas and boto3.

Fresh processes, in turns, so that a machine that slows down slows both. Processor time rather than
the clock's, which on a busy machine measures the neighbours; importing waits for nothing. Bytecode
goes to a folder of its own and is there before the first round, as in an installed package.

Each round imports from another depth of the call stack, the same for both. CPython keeps frames in
chunks of 16 kB, and calls that happen to cross the end of one again and again are slow: at some
depths an import takes a tenth longer, whatever is imported. That is luck, and it averages out.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile

GOAL = 1.1
LIBRARIES = "import altair, pandas, boto3"
PACKAGE = "import amtviz.api"  # the names of amtviz are imported when first used
DEPTHS = range(0, 150, 6)  # calls; about as much as one chunk holds
AT_DEPTH = """
def descend(n):
    if n:
        descend(n - 1)
    else:
        {code}
descend({depth})
"""


def measure_import(code: str, depth: int, environment: dict[str, str]) -> float:
    """Run the code in a fresh interpreter; give the processor seconds it took."""
    program = AT_DEPTH.format(code=code, depth=depth)
    process = subprocess.Popen([sys.executable, "-c", program], env=environment)
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
        measure_import(f"{LIBRARIES}; {PACKAGE}", 0, environment)
        pairs = [
            tuple(measure_import(code, depth, environment) for code in (LIBRARIES, PACKAGE))
            for depth in itertools.islice(itertools.cycle(DEPTHS), rounds)
        ]
    libraries, package = zip(*pairs, strict=True)
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    return statistics.median(libraries), statistics.median(package), ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=len(DEPTHS))
    libraries, package, ratio = measure_ratio(parser.parse_args().rounds)
    print(f"altair, pandas and boto3: {1000 * libraries:.0f} ms")
    print(f"amtviz:                   {1000 * package:.0f} ms")
    print(f"ratio:                    {ratio:.3f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
