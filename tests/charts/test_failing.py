"""A chart or a sentence that fails takes nothing else with it."""

from dataclasses import replace

import pytest

import amtviz
from amtviz import api
from amtviz.charts import answers, dashboard, draw_sections, sections
from amtviz.charts.sections import SECTIONS
from amtviz.errors import InputError
from amtviz.settings import DrawOptions
from tests.charts.scene import make_data, make_trials

REPORT = "with the traceback that amtviz --debug shows (in Python: amtviz.options.debug = True)."


@pytest.fixture
def data():
    return make_data(make_trials(40))


@pytest.fixture
def broken(monkeypatch):
    """Break the parts of one chart."""
    monkeypatch.setattr(amtviz.options, "debug", False)

    def breaks(section: str, name: str, error: Exception, *parts: str) -> None:
        def fail(*_):
            raise error

        charts = tuple(
            replace(chart, **dict.fromkeys(parts, fail)) if chart.name == name else chart
            for chart in SECTIONS[section].charts
        )
        made = replace(SECTIONS[section], charts=charts)
        monkeypatch.setitem(SECTIONS, section, made)
        assert sections.choose_sections([section]) == [made]

    return breaks


def names(page) -> set[str]:
    panels = [*page.rail, *page.overview, *(p for s in page.sections for p in s.panels)]
    return {panel.name for panel in panels}


def test_its_panel_says_so_and_the_others_stand(data, broken):
    whole = draw_sections(data, DrawOptions(sections="progress"))
    broken("progress", "objective_density", ZeroDivisionError("a <b>"), "panels", "brushes")
    charts = draw_sections(data, DrawOptions(sections="progress"))
    (section,) = charts.sections
    assert names(charts) == names(whole)
    # it is no picture for the overview
    assert [panel.name for panel in charts.rail] == ["progress"]
    said = next(panel for panel in section.panels if panel.name == "objective_density")
    text = str(said.chart.to_dict(validate=False))
    assert "This chart could not be drawn (ZeroDivisionError).\\nThe others are whole." in text
    assert section.findings == whole.sections[0].findings
    assert charts.notices == (
        "The chart 'Density of the objective' could not be drawn: ZeroDivisionError: a <b>. "
        f"Please report it, {REPORT}",
    )


def test_the_page_tells_the_notice_as_text(data, broken):
    broken("progress", "progress", RuntimeError("a <b>"), "panels")
    page = api.make_page(data, DrawOptions(sections="progress"))
    assert "The chart &#39;Progress&#39; could not be drawn: RuntimeError: a &lt;b&gt;." in page


def test_a_notebook_gets_the_panel_too(data, broken):
    broken("progress", "progress", RuntimeError(), "panels")
    spec = dashboard.draw_dashboard(data, sections="progress").to_dict(validate=False)
    assert "This chart could not be drawn (RuntimeError)." in str(spec)


def test_a_sentence_that_fails_is_left_out(data, broken):
    broken("progress", "convergence", KeyError("x"), "finding")
    assert data.findings("progress").empty
    charts = draw_sections(data, DrawOptions(sections="progress"))
    assert charts.notices == (
        f"What 'Convergence' shows could not be said: KeyError: 'x'. Please report it, {REPORT}",
    )


def test_debugging_raises(data, broken):
    broken("progress", "progress", RuntimeError("here"), "panels")
    with amtviz.options.set(debug=True), pytest.raises(RuntimeError, match="here"):
        dashboard.draw_dashboard(data, sections="progress")


def test_what_a_person_asked_for_wrongly_is_an_error(data, broken):
    broken("progress", "progress", InputError("There is no 'x'."), "panels")
    with pytest.raises(InputError, match="There is no 'x'"):
        dashboard.draw_dashboard(data, sections="progress")


@pytest.mark.parametrize("draw", [dashboard.draw_dashboard, draw_sections])
def test_an_unknown_metric_is_refused_before_anything_is_drawn(data, monkeypatch, draw):
    drawn = []
    monkeypatch.setattr(answers, "draw_panels", lambda chart, *_: drawn.append(chart.name))
    with pytest.raises(InputError, match="There is no metric 'no'"):
        draw(data, DrawOptions(job_metrics=["no"]))
    assert drawn == []
