"""Which hyperparameters matter together, in a sentence or two."""

from __future__ import annotations

import numpy as np

from amtviz.analysis.scale import Scale, make_scale
from amtviz.findings.facts import Facts
from amtviz.wording.shares import format_share, format_share_interval
from amtviz.wording.values import format_ends

_LEAST = 0.01  # of the variation; a pair that explains less isn't worth a picture
_INSIDE = 1e-9  # of a scale


def state_interactions(facts: Facts) -> str:
    """Name the pairs, how much they explain together, and where the best is predicted."""
    found = facts.interactions
    if found.reason:
        return ""
    places = telling_pairs(facts)
    if not places:
        return (
            "No two hyperparameters can be said to matter together, beyond what each explains "
            "alone."
        )
    first = found.pairs.iloc[places[0]]
    which = "matter most together" if len(places) > 1 else "matter together"
    text = (
        f"{first['First']} and {first['Second']} {which}: beyond what each explains alone, they "
        f"explain {format_share(first['Importance'])} (90 % interval "
        f"{format_share_interval(first['Low'], first['High'])}) of the variation in "
        f"{facts.tables.objective.metric_name}."
    )
    low, high = _best_cell(facts, places[0])
    return f"{text} The best is predicted at {first['First']} {low} with {first['Second']} {high}."


def telling_pairs(facts: Facts) -> list[int]:
    """Return the places of the pairs that can be told from chance."""
    pairs = facts.interactions.pairs
    tells = (pairs["Low"] > pairs["Chance"]) & (pairs["Importance"] >= _LEAST)
    return [int(place) for place in np.flatnonzero(tells)]


def column_scale(facts: Facts, name: str) -> tuple[str, Scale]:
    """Find a hyperparameter's safe id and its scale."""
    data = facts.tables
    place = next(p for p, h in enumerate(data.hyperparameters) if h.name == name)
    hyperparameter = data.hyperparameters[place]
    return f"p{place}", make_scale(hyperparameter, data.trials[hyperparameter.column])


def _best_cell(facts: Facts, place: int) -> tuple[str, str]:
    """Say where the best cell of a surface lies, on both hyperparameters."""
    found = facts.interactions
    surface = found.surfaces[place]
    best = (surface["Predicted"] * facts.tables.objective.sign).idxmax()
    texts = []
    for name, ends in (("First", ("X0", "X1")), ("Second", ("Y0", "Y1"))):
        _, scale = column_scale(facts, found.pairs.iloc[place][name])
        low, high = surface.loc[best, ends[0]], surface.loc[best, ends[1]]
        if scale.kind == "category":
            texts.append(str(scale.from_unit((low + high) / 2)))
        else:
            # cells end between integers: those inside are meant
            values = scale.from_unit([low + _INSIDE, high - _INSIDE]).astype(float)
            digits = 6 if scale.kind == "reverse-log" else 3
            width = abs(values[1] - values[0])
            # a range that begins at 0 begins there, not a hair beyond
            low, high = (
                0.0 if abs(value) < width / 1000 else float(f"{value:.{digits}g}")
                for value in values
            )
            texts.append(format_ends(low, high, digits))
    return texts[0], texts[1]
