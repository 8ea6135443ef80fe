"""Colours: tuning jobs, the objective's ramp, and greys; each told apart by every eye."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# On white, each has a contrast of at least 3 : 1; in simulated protan, deutan and tritan sight
# all pairs stay apart, and the first three, the usual case, far apart. embed/theme.js has the
# same for dark paper.
JOB_COLOURS = (
    "#2b7fc4",
    "#d97a06",
    "#a3123f",
    "#7030d8",
    "#138a78",
    "#6f655c",
    "#641061",
    "#b68954",
    "#853f00",
    "#0b2a8c",
)
# From the worst to the best: lightness falls all the way in every kind of sight.
RAMP_ENDS = ("#6f9896", "#428fab", "#2f73b0", "#343f96", "#2a1158")
RAMP_STEPS = 33

INK, STRONG, RULE = "#2f353b", "#14181b", "#e4e7ea"
DIM = "#d3d8dc"  # a trial that isn't selected
UNKNOWN = "#868e96"  # a trial without the value that colours tell
ACCENT = "#1f66ad"  # selected trials where no one tuning job owns the mark

_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_CUT = 6 / 29  # where CIELAB's cube root becomes a line

Array = npt.NDArray[np.float64]


def blend(colours: Sequence[str], steps: int) -> list[str]:
    """Return evenly spaced colours between others, interpolated in CIELAB.

    Parameters
    ----------
    colours : sequence of str
        Such as ``#6f9896``, at equal distances.
    steps : int
        How many, both ends included.

    Returns
    -------
    list of str
    """
    ends = np.array([_to_lab(colour) for colour in colours])
    at = np.linspace(0, len(ends) - 1, steps)
    between = [np.interp(at, np.arange(len(ends)), ends[:, part]) for part in range(3)]
    return [_from_lab(lab) for lab in np.transpose(between)]


def _to_lab(colour: str) -> Array:
    light = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    share = _XYZ @ linear / _WHITE
    root = np.where(share > _CUT**3, np.cbrt(share), share / (3 * _CUT**2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def _from_lab(lab: Array) -> str:
    middle = (lab[0] + 16) / 116
    root = np.array([middle + lab[1] / 500, middle, middle - lab[2] / 200])
    share = np.where(root > _CUT, root**3, 3 * _CUT**2 * (root - 4 / 29))
    linear = np.clip(np.linalg.solve(_XYZ, share * _WHITE), 0, 1)
    light = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in light)
