from html.parser import HTMLParser

import pytest

from amtviz import api
from tests.contract.cases import CASES, HOSTILE, all_failed, hostile_names
from tests.report.samples import make_data, make_trials


def test_text_tells_jobs_objective_best_trial_and_notices():
    data = make_data(make_trials(), notices=("2 metrics aged out.",))
    assert repr(data) == str(data)
    lines = repr(data).splitlines()
    assert lines[:4] == [
        "TuningData: 2 tuning jobs, 24 trials",
        "objective  loss (minimize)",
        "best       0.25 by bayes-job-005-abcd",
        "with       rate=0.00333333, depth=6, kernel=rbf",
    ]
    table = [line.split() for line in lines[5:8]]
    assert table[0] == ["tuning", "job", "strategy", "status", "trials", "best"]
    assert [row[0] for row in table[1:]] == ["random-job", "bayes-job"]
    assert table[2][-1] == "0.25"
    assert lines[-1] == "notice     2 metrics aged out."


@pytest.mark.parametrize("case", CASES)
def test_text_fits_a_terminal_and_html_is_well_formed(case):
    data = CASES[case]()
    assert all(len(line) <= 80 for line in repr(data).splitlines())
    parser = Balanced()
    parser.feed(data._repr_html_())
    assert parser.open == []


class Balanced(HTMLParser):
    """Fails where an element ends that didn't begin."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_shows_hostile_names_as_text():
    parser = Balanced()
    parser.feed(hostile_names()._repr_html_())
    assert parser.seen == {
        *("div", "strong", "table", "thead", "tbody", "tr", "th", "td", "span", "p"),
        *("details", "summary", "ul", "li"),
    }
    assert all(name in parser.text for name in HOSTILE)


def test_both_say_that_no_trial_has_a_value():
    assert "best       no trial has an objective value yet" in repr(all_failed())
    assert "no trial has an objective value yet" in all_failed()._repr_html_()


def test_many_jobs_and_notices_are_counted():
    names = tuple(f"job-{n:02d}" for n in range(20))
    data = make_data(make_trials(40, jobs=names), notices=tuple("abcdefgh"))
    assert "\nand 8 more in .jobs\n" in repr(data)
    assert repr(data).endswith("\nnotice     and 3 more in .notices")


def test_the_demo_shows_what_its_page_shows():
    html = api.load_demo()._repr_html_()
    for text in ("digits-warm-start-025-74be0d04", "0.9576", "125", "■"):
        assert text in html
