"""What is said of panels that aren't drawn."""

from __future__ import annotations

from amtviz.charts.missing import Missing, sort_out
from amtviz.grammar.context import Panel


def test_a_sentence_a_reason_in_the_order_of_the_panels() -> None:
    panel = Panel(None)
    drawn = [
        Missing("Best by time", "no end times are known", "TrainingEndTime"),
        panel,
        Missing("Density", "all objectives are equal", "trials that differ"),
        Missing("Timeline", "no end times are known", "TrainingEndTime"),
    ]
    panels, missing = sort_out(drawn)
    assert panels == [panel]
    assert missing == (
        "No end times are known, so “Best by time” and “Timeline” aren't drawn: they need "
        "TrainingEndTime. All objectives are equal, so “Density” isn't drawn: it needs trials "
        "that differ."
    )


def test_nothing_is_said_where_all_is_drawn_and_many_are_counted() -> None:
    assert sort_out([]) == ([], "")
    many = [Missing(f"h{n}", "all trials have the same value", "others") for n in range(9)]
    assert sort_out(many)[1] == (
        "All trials have the same value, so “h0”, “h1”, “h2”, “h3”, “h4” and 4 more aren't drawn: "
        "they need others."
    )
