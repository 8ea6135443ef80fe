"""The charts of a page: each panel a chart of its own, by section, with an overview first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import altair as alt

from amtviz.analysis.effects.importance import EXPLAINS
from amtviz.charts.answers import Answer, choose_answers, draw_answers
from amtviz.findings.facts import Facts
from amtviz.grammar.columns import describe_columns
from amtviz.grammar.compose import compose_panel
from amtviz.grammar.context import ChartContext, Panel
from amtviz.grammar.scatter import FLOOR
from amtviz.grammar.theme import PANEL_HEIGHT, PANEL_WIDTH
from amtviz.grammar.tooltip import tooltip_texts
from amtviz.model import TuningTables
from amtviz.settings import DRAW_DEFAULTS, DrawOptions

_LEFT, _BELOW = 50, 24  # pixels of axes
_NARROWEST_WIDE = 320  # pixels
RAIL = ("progress", "objective_density")  # always first, in this order


@dataclass(frozen=True, eq=False)
class PanelView:
    """One panel of a page: a chart of its own, that the page entitles, places and sizes.

    Attributes
    ----------
    name : str
        The view's fixed name.
    title : str
    notes : tuple of str
        What stands beside the title.
    sentence : str
        What it shows, for who doesn't see it.
    wide : bool
        Whether it takes a row of its own.
    shared : bool
        Whether its y axis is the objective's, which the panels of a row share.
    steady : bool
        Whether it keeps its height at any width, as rows of words do.
    width, height : int
        Pixels of the picture, axes included, at which its proportions are right.
    narrowest : int
        Pixels that it needs across.
    chart : altair.LayerChart
        See `amtviz.grammar.compose.compose_panel`.
    share : float, optional
        Of a hyperparameter: the part of the objective's variation that it explains.
    drawn : mapping of str to mapping
        The layers that the page's script draws: see `amtviz.grammar.layers.tell`.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    sentence: str
    wide: bool
    shared: bool
    steady: bool
    width: int
    height: int
    narrowest: int
    chart: alt.LayerChart
    share: float | None = None
    drawn: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SectionView:
    """One section of a page.

    Attributes
    ----------
    name : str
    question : str
        The heading.
    findings : tuple of str
        What each chart shows in words, as far as it says so; last, what isn't drawn, and why.
    panels : tuple of PanelView
        Without those of the overview.
    """

    name: str
    question: str
    findings: tuple[str, ...]
    panels: tuple[PanelView, ...] = ()


@dataclass(frozen=True, eq=False)
class PageCharts:
    """The charts of a page.

    Each selection lives in one of them, and is a plain parameter of the same name in those that
    read it.

    Attributes
    ----------
    sections : tuple of SectionView
    rail : tuple of PanelView
        ``progress`` and ``objective_density``, as far as they are drawn: they share an axis.
    overview : tuple of PanelView
        The hyperparameters' panels, the most important first.
    columns : tuple of dict
        See `amtviz.grammar.columns.describe_columns`.
    trials : tuple of dict
        The rows of the dataset ``trials``, whether or not one of the charts draws them.
    notices : tuple of str
        Which charts and sentences failed, and why.
    switches : tuple of dict
        Inputs that all views share: ``name`` of the signal, ``label`` and ``value``.
    tooltip : tuple of dict
        What is told of the trial under the pointer: ``title`` and ``text``, an expression of
        Vega's; the last of a trial without an objective only.
    """

    sections: tuple[SectionView, ...]
    rail: tuple[PanelView, ...] = ()
    overview: tuple[PanelView, ...] = ()
    columns: tuple[dict[str, Any], ...] = ()
    trials: tuple[dict[str, Any], ...] = ()
    notices: tuple[str, ...] = ()
    switches: tuple[dict[str, Any], ...] = ()
    tooltip: tuple[dict[str, Any], ...] = ()


def draw_sections(data: TuningTables, options: DrawOptions = DRAW_DEFAULTS) -> PageCharts:
    """Draw each panel as a chart of its own, by section, for a page that links them.

    Parameters
    ----------
    data : TuningData
    options : DrawOptions

    Returns
    -------
    PageCharts

    Raises
    ------
    InputError
        As `amtviz.charts.draw_dashboard`.
    """
    chosen = choose_answers(data, options)
    if not len(data.trials):
        return PageCharts(())
    facts, context, answers = draw_answers(data, chosen, options, on_page=True)
    shares = share_panels(facts)
    views = []
    first: dict[str, PanelView] = {}  # the panels of the overview
    for answer in answers:
        section, panels = answer.section, [_view(panel, context) for panel in answer.panels]
        # one that says why it failed has no axis to share
        first |= {p.name: p for p in panels if p.shared and (p.name in RAIL or p.name in shares)}
        rest = tuple(panel for panel in panels if panel.name not in first)
        views.append(SectionView(section.name, section.question, answer.findings, rest))
    return PageCharts(
        tuple(views),
        tuple(_entitle(first[name], context) for name in RAIL if name in first),
        tuple(replace(first[name], share=share) for name, share in shares.items() if name in first),
        tuple(describe_columns(context)),
        tuple(context.trials.rows),
        tuple(notice for answer in answers for notice in answer.notices),
        _switches(answers),
        _tooltip(context),
    )


def share_panels(facts: Facts) -> dict[str, float | None]:
    """Return the share of each hyperparameter's panel, the largest first, where it is known."""
    panels = {h.name: f"hyperparameter_{n}" for n, h in enumerate(facts.tables.hyperparameters)}
    if not facts.importance.explains_trusted:
        return dict.fromkeys(panels.values())
    table = facts.importance.of(EXPLAINS)
    known = dict(zip(table["Hyperparameter"], table["Importance"], strict=True))
    order = sorted(panels, key=lambda name: -known.get(name, 0.0))
    return {panels[name]: known.get(name) for name in order}


def _entitle(panel: PanelView, context: ChartContext) -> PanelView:
    """Entitle a panel of the rail, whose axis has no title of its own."""
    y = context.axes["y"]
    if panel.name != "progress":
        return replace(panel, title="Density", notes=())
    notes = (f"over {context.axes[context.time_field].title}", y.note, *panel.notes)
    return replace(panel, title=y.title, notes=tuple(note for note in notes if note))


def _tooltip(context: ChartContext) -> tuple[dict[str, Any], ...]:
    texts = tooltip_texts(context.data, context.frame, context.axes)
    return tuple({"title": title, "text": text} for title, text in texts.items())


def _switches(answers: Sequence[Answer]) -> tuple[dict[str, Any], ...]:
    """Return each input of the panels once."""
    panels = (panel for answer in answers for panel in answer.panels)
    inputs = {
        str(p.name): {"name": str(p.name), "label": p.bind.name.strip(), "value": p.value}
        for panel in panels
        for p in panel.parameters
        if p.bind is not alt.Undefined
    }
    return tuple(inputs.values())


def _view(panel: Panel, context: ChartContext) -> PanelView:
    """Take a panel apart: what a page writes around it, and the picture."""
    chart = panel.chart
    title, notes = chart.title, alt.Undefined
    if isinstance(title, alt.TitleParams):
        title, notes = title.text, title.subtitle
    if isinstance(notes, str):
        notes = [notes]
    width, height = int(chart.width), int(chart.height)
    below = _BELOW + (FLOOR if panel.shared and context.unscored else 0)
    return PanelView(
        chart.name,
        title,
        () if notes is alt.Undefined else tuple(notes),
        panel.sentence,
        panel.wide,
        panel.shared,
        height != PANEL_HEIGHT,
        width + _LEFT,
        height + below,
        _NARROWEST_WIDE if panel.wide else min(width, PANEL_WIDTH),
        compose_panel(panel, context),
        drawn=panel.drawn,
    )
