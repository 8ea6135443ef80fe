import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import altair as alt
import pytest
import vl_convert

from amtviz.embed.scripts import bundled_vega_lite
from amtviz.grammar.theme import theme_config
from amtviz.model import Hyperparameter, RawTuningData
from amtviz.report import render_report
from amtviz.wording.signs import show_signs
from tests.report.samples import HOSTILE, make_data, make_page, make_panel, make_trials

EXPECTED_SCRIPTS = 3  # the data, the bundled libraries, the page's own


class Page(HTMLParser):
    """What a browser would find: elements, text outside of scripts, script contents."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self.scripts, self._open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._open = self._open[: len(self._open) - self._open[::-1].index(tag) - 1]

    def handle_data(self, data):
        if self._open and self._open[-1] == "script":
            self.scripts[-1] += data
        elif self._open and self._open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def render(data, *panels, **options):
    html = render_report(data, make_page(data, *panels), **options)
    return html, Page(html)


def test_the_data_is_in_the_page_once_as_json():
    data = make_data(make_trials(jobs=("only-here",)))
    panels = [make_panel(data), make_panel(data, name="panel_1")]
    html, page = render(data, *panels)
    assert len(page.scripts) == EXPECTED_SCRIPTS
    payload = json.loads(page.scripts[0])
    for panel in panels:
        expected = panel.chart.to_dict(validate=False)
        own = {name: set(rows[0]) for name, rows in expected.pop("datasets", {}).items()}
        view = payload["views"][panel.name]
        assert view["datasets"].keys() == own.keys()
        assert all(set(columns) <= own[name] for name, columns in view["datasets"].items())
        assert view["params"] == json.loads(json.dumps(expected["params"]))
        themed = expected | {"config": theme_config()}
        compiled = vl_convert.vegalite_to_vega(themed, vl_version=bundled_vega_lite())
        assert (
            view["vega"] | {"$schema": compiled["$schema"], "config": payload["config"]} == compiled
        )
    assert payload["datasets"]["trials"]["count"] == len(data.trials)
    assert next(a for tag, a in page.elements if tag == "script") == {
        "type": "application/json",
        "id": "amtviz-data",
    }
    assert len(html) < 1_000_000  # the bundled JavaScript is 0.6 MB of it


def test_nothing_in_the_page_points_elsewhere():
    _, page = render(make_data())
    attributes = {name for _, attrs in page.elements for name in attrs}
    assert not attributes & {"src", "srcset", "action", "data", "poster", "ping"}
    links = [attrs["href"] for tag, attrs in page.elements if "href" in attrs]
    ids = {attrs.get("id") for _, attrs in page.elements}
    assert len(links) > 3
    assert {link.removeprefix("#") for link in links} <= ids
    assert not {"link", "base", "iframe", "object", "embed"} & {tag for tag, _ in page.elements}
    css = re.search("<style>(.*?)</style>", render(make_data())[0], re.DOTALL).group(1)
    assert "url(" not in css
    assert "@import" not in css


def test_what_is_missing_stays_in_sight_and_what_was_guessed_folds_away():
    data = make_data(notices=("Its columns were guessed.", "2 metrics aged out."))
    data = replace(data, raw=RawTuningData((), 0, ("2 metrics aged out.",)))
    _, page = render(data)
    assert page.texts.index("2 metrics aged out.") < page.texts.index("Its columns were guessed.")
    shown = [attrs for tag, attrs in page.elements if attrs.get("class") == "warning"]
    assert len([attrs for attrs in shown if "id" not in attrs]) == 3  # failures, it, no JavaScript
    assert "1 notice" in page.text


def test_the_first_sentence_stays_when_a_section_folds():
    data = make_data()
    section = replace(make_page(data).sections[0], findings=("One is 7 %. Two.", "Three."))
    html = render_report(data, replace(make_page(data), sections=(section,)))
    gists = re.findall('<span class="gist">(.*?)</span>', html)
    assert gists == ["One is 7\u00a0%.", "2 tuning jobs, 24 trials, 12 min of training."]


def test_the_colours_of_the_page_are_those_of_its_charts():
    """The style sheet has the theme of embed/theme.js, in light and in dark."""
    themes = resources.files("amtviz").joinpath("embed/theme.js").read_text("utf-8")
    css = resources.files("amtviz").joinpath("report/page.css").read_text("utf-8")
    light, dark = css.split("prefers-color-scheme: dark", 1)
    for name, part in (("light", light), ("dark", dark)):
        theme = themes.split(f"  {name}: {{", 1)[1].split("ramp:", 1)[0]
        for key in ("ink", "rule", "paper", "strong", "accent"):
            colour = re.search(rf'\b{key}: "(#\w+)"', theme).group(1)
            assert f"--{key}: {colour};" in part, (name, key)
        jobs = re.findall(r'"(#\w{6})"', theme.split("job_colours", 1)[1])
        for place, colour in enumerate(jobs):
            assert f"--job-{place}: {colour};" in part, (name, place)


def test_page_says_what_the_summary_says():
    data = make_data(notices=("2 metrics aged out.",))
    _, page = render(data)
    for text in (
        "random-job and bayes-job",
        "minimize: smaller is better",
        "23 completed, 1 failed; 1 without an objective value",
        "2 metrics aged out.",
        "2026-01-12 12:30",
    ):
        assert text in page.text
    assert ("i", {"class": "dot", "style": "--colour: var(--job-1)"}) in page.elements
    best = "bayes-job-005-abcd of bayes-job : loss 0.25 with rate 0.00333333 depth 6 kernel rbf"
    assert best in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_stands(text):
    df = make_trials()
    df["kernel"] = text
    df["TrainingJobName"] = [f"{text}{row}" for row in range(len(df))]
    df["TuningJobName"] = text
    data = make_data(df)
    job = replace(
        data.jobs[0],
        failure_reason=text,
        strategy=text,
        status=text,
        parents=(text,),
        warm_start_type=text,
    )
    named = Hyperparameter(text, "categorical", values=(text,), column="kernel")
    data = replace(data, jobs=(job,), notices=(text,), hyperparameters=(named,))
    _, safe = render(make_data(notices=("a",)), title="t")
    _, page = render(data, make_panel(data, texts=(text,)), title=text)
    assert len(page.scripts) == len(safe.scripts) == EXPECTED_SCRIPTS
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in safe.elements} | {
        "p",
        "ul",
        "li",
    }
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
    # the title, its heading, strategy, parent, type, notice, names of the job, the trial, ...
    assert page.text.count(" ".join(show_signs(text, lines=True).split())) > 10


def test_no_trials_no_best_one_job_and_frames():
    _, empty = render(make_data(make_trials(0)))
    assert "No trial has been started yet" in empty.text
    assert "none yet" in empty.text
    assert "section-trials" not in {attrs.get("id") for _, attrs in empty.elements}
    assert "Drag across" not in empty.text
    _, frame = render(make_data(make_trials(1, jobs=("x",)), from_aws=False))
    assert "Fetched" not in frame.text
    assert "Strategy" not in frame.text
    assert "section-trials" in {attrs.get("id") for _, attrs in frame.elements}


def test_half_a_surrogate_pair_can_be_written():
    data = make_data(notices=("broken \ud83d name",))
    html, page = render(data)
    html.encode("utf-8")
    assert "broken \\ud83d name" in page.text


def test_a_number_that_is_not_json_is_an_error():
    data = make_data()
    chart = alt.Chart(alt.InlineData(values=[{"y": float("nan")}])).mark_point()
    panel = replace(make_panel(data), chart=chart)
    with pytest.raises(ValueError, match="not JSON compliant"):
        render_report(data, make_page(data, panel))


def test_long_trial_names_are_short_in_the_table_and_whole_in_the_title():
    _, page = render(make_data())
    assert ("td", {"class": "short", "title": "bayes-job-005-abcd"}) in page.elements
    assert "…-005-abcd" in page.text
