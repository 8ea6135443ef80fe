"""The cost panels: bars where the numbers put them, and true sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from amtviz import TuningData, api
from amtviz.analysis.cost import compute_cost
from amtviz.charts import draw_cost
from amtviz.charts.cost import cost
from amtviz.charts.missing import sort_out
from amtviz.findings.cost import state_cost
from amtviz.findings.facts import facts_of
from tests.charts import scene
from tests.charts.costs import limited, make_costs
from tests.contract.cases import CASES, all_failed, empty, one_trial


def sentence(data: TuningData, **options) -> str:
    return state_cost(facts_of(data, **options))


@pytest.fixture(scope="module")
def data() -> TuningData:
    return make_costs()


def test_bars_are_as_long_as_the_seconds(data):
    view = scene.draw(draw_cost(data))["cost"]
    table = compute_cost(data.trials, data.objective)
    bars = view.marks("parts", "rect")
    rows = {"completed": 0, "stopped early": 1, "failed": 2}
    seconds = table.groupby("Outcome")["BilledSeconds"].sum()
    assert set(seconds.index) == set(rows)
    longest = seconds.max()
    lengths = pd.Series([b["width"] for b in bars]).groupby([round(b["y"]) for b in bars]).sum()
    for outcome, row in rows.items():
        assert lengths.iloc[row] / lengths.max() == pytest.approx(
            seconds[outcome] / longest, abs=0.01
        )
    whole = seconds.sum()
    texts = [mark["text"] for mark in view.marks("sums", "text")]
    assert [text.split(" · ")[1] for text in texts] == [
        f"{100 * seconds[name] / whole:.0f} %" for name in rows
    ]


def test_prices_turn_the_bars_into_dollars(data):
    prices = {"ml.m5.large": 0.115, "ml.c5.large": 0.102}
    views = scene.draw(draw_cost(data, prices=prices))
    assert views["cost"].title == "Where the money went, dollars"
    hours = data.trials.groupby("InstanceType")["BillableTimeInSeconds"].sum() / 3600
    for text in (mark["text"] for mark in views["cost_types"].marks("sums", "text")):
        assert any(
            text.startswith(f"${hours[name] * price:,.2f}") for name, price in prices.items()
        )
    text = sentence(data, prices=prices)
    dollars = sum(hours[name] * price for name, price in prices.items())
    assert f": ${dollars:,.2f} at the given prices." in text


def test_a_type_without_a_price_is_named_and_never_guessed(data):
    text = sentence(data, prices={"ml.m5.large": 0.115})
    hours = data.trials.groupby("InstanceType")["BillableTimeInSeconds"].sum() / 3600
    assert (
        f"at least ${hours['ml.m5.large'] * 0.115:,.2f} at the given prices, without ml.c5.large, "
        "which has no price." in text
    )
    assert scene.draw(draw_cost(data, prices={"ml.m5.large": 0.115}))["cost"].title.startswith(
        "Where the billable time went, "
    )


def test_the_sentence_says_what_was_lost_and_how_long_trials_waited(data):
    trials, text = data.trials, sentence(data)
    seconds = trials["BillableTimeInSeconds"]
    failed, stopped = (trials["TrainingJobStatus"] == name for name in ("Failed", "Stopped"))
    share = 100 * seconds[failed].sum() / seconds.sum()
    assert f"{share:.0f} % of it went into {failed.sum()} trials that failed" in text
    share = 100 * seconds[stopped].sum() / seconds.sum()
    assert f"{share:.0f} % into {stopped.sum()} trials that stopped early." in text
    assert "waited 30 s for its instance (median" in text
    assert "slots" not in text  # no limit is known, so nobody knows how many could have run
    assert "spot" not in text


def test_slots_are_compared_with_what_was_configured(data):
    text = sentence(limited(data, 6))
    trials, used, places = data.trials, 0.0, 0.0
    for _, own in trials.groupby("TuningJobName"):
        span = (own["TrainingEndTime"].max() - own["CreationTime"].min()).total_seconds()
        used += own["TrainingElapsedTimeSeconds"].sum()
        places += 6 * span
    share = f"{100 * used / places:.0f} %"
    assert f"The tuning jobs' parallel slots were busy {share} of the time; " in text


def test_the_demo_ran_on_ones_own_machine():
    data = api.load_demo()
    text = sentence(data)
    seconds = data.trials["BillableTimeInSeconds"].sum()
    time = f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    start = f"The 125 trials ran for {time} in all on a local machine: nothing was billed."
    assert text.startswith(start)
    assert "billable" not in text
    title = scene.draw(draw_cost(data))["cost"].title
    assert title == "Where the time went, minutes"


def test_a_machine_of_ones_own_with_a_price_costs_that():
    text = sentence(api.load_demo(), prices={"local": 2.0})
    dollars = api.load_demo().trials["BillableTimeInSeconds"].sum() / 3600 * 2
    assert f"billable instance time on local: ${dollars:,.2f} at the given prices." in text


def test_trials_on_ones_own_machine_stand_beside_billed_ones(data):
    trials = data.trials.copy()
    trials.loc[:3, "InstanceType"] = "local"
    text = sentence(replace(data, trials=trials))
    hours, seconds = divmod(int(trials.loc[4:, "BillableTimeInSeconds"].sum()), 3600)
    time = f"{hours} h {round(seconds / 60)} min"
    assert text.startswith(f"The 20 trials took {time} of billable instance time")
    assert "4 more trials ran on a local machine, unbilled." in text


def test_the_sum_is_at_least_that_where_a_bill_is_unknown(data):
    trials = data.trials.copy()
    spot = [0, 1]
    trials.loc[spot, "EnableManagedSpotTraining"] = True
    trials.loc[spot, "BillableTimeInSeconds"] = np.nan
    prices = {"ml.m5.large": 0.115, "ml.c5.large": 0.102}
    text = sentence(replace(data, trials=trials), prices=prices)
    assert text.startswith("22 of the 24 trials took ")
    assert ": at least $" in text
    assert "; of the other 2 no bill is known." in text
    assert "2 trials ran on spot instances; what that saved isn't known" in text


def test_what_still_runs_is_counted_so_far():
    data = make_costs()
    trials = data.trials.copy()
    last = trials.index[-1]
    began = trials.loc[last, "TrainingStartTime"]
    trials.loc[last, ["TrainingJobStatus", "loss"]] = ["InProgress", np.nan]
    trials.loc[last, "TrainingEndTime"] = pd.NaT
    unknown = ["BillableTimeInSeconds", "TrainingElapsedTimeSeconds"]
    trials.loc[last, unknown] = np.nan
    at = (began + pd.Timedelta(seconds=500)).to_pydatetime()
    seconds = trials["BillableTimeInSeconds"].sum()
    for fetched, more, words in ((at, 500, "so far."), (None, 0, "; of the other one no bill")):
        now = replace(data, trials=trials, fetched_at=fetched)
        assert words in sentence(now)
        view = scene.draw(draw_cost(now))["cost"]
        lengths = sum(mark["width"] for mark in view.marks("parts", "rect"))
        longest = max(mark["x"] + mark["width"] for mark in view.marks("parts", "rect"))
        whole = seconds + more
        completed = (trials["TrainingJobStatus"] == "Completed").to_numpy()
        most = trials.loc[completed, "BillableTimeInSeconds"].sum()
        assert lengths / longest == pytest.approx(whole / most, rel=1e-6)
        assert ("running" in view.labels[0] + view.labels[1]) is (more > 0)


def test_a_click_in_the_legend_leaves_the_bars_and_sums_of_one_job(data):
    view = scene.draw(draw_cost(data), jobs=(1,))["cost"]
    own = data.trials[data.trials["TuningJobName"] == data.jobs[1].name]
    seconds = own.groupby("TrainingJobStatus")["BillableTimeInSeconds"].sum()
    expected = [100 * seconds[name] / seconds.sum() for name in ("Completed", "Stopped", "Failed")]
    texts = sorted(view.marks("sums", "text"), key=lambda mark: mark["y"])
    shares = [mark["text"].split(" · ")[1] for mark in texts]
    assert shares == [f"{share:.0f} %" for share in expected]
    assert all(bar["x"] == 0 for bar in view.marks("parts", "rect"))


def test_slots_and_waiting_are_as_long_as_their_means(data):
    view = scene.draw(draw_cost(limited(data, 6)))["slots"]
    whole, busy, waiting = (view.marks(layer, "rect") for layer in ("slots", "running", "waiting"))
    for row, (_, own) in enumerate(data.trials.groupby("TuningJobName", sort=False)):
        span = (own["TrainingEndTime"].max() - own["CreationTime"].min()).total_seconds()
        mean = own["TrainingElapsedTimeSeconds"].sum() / span
        unit = whole[row]["width"] / 6
        assert busy[row]["width"] == pytest.approx(mean * unit)
        assert waiting[row]["width"] == pytest.approx(30 * len(own) / span * unit)


@pytest.mark.parametrize("case", [name for name in CASES if name != "empty"])
def test_sentences_hold_on_every_case_with_bills(case):
    """Bills are put on each case: what the sentence adds up is what pandas adds up."""
    plain = CASES[case]()
    billed = np.arange(len(plain.trials)) % 50 + 100.0
    columns = {"BillableTimeInSeconds": billed, "InstanceCount": 2, "InstanceType": "ml.m5.large"}
    trials = plain.trials.assign(**columns).astype({"InstanceCount": "Int64"})
    text = sentence(replace(plain, trials=trials), prices={"ml.m5.large": 3.6})
    assert f": ${2 * billed.sum() / 1000:,.2f} at the given prices." in text
    failed = int((trials["TrainingJobStatus"] == "Failed").sum())
    assert (f"went into {failed:,} trial" in text) is (failed > 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (empty(), ""),
        (one_trial(), "The one trial ran for 1 min 20 s; what it cost isn't known."),
        (all_failed(), "The 8 trials ran for 10 min 40 s in all; what they cost isn't known."),
    ],
)
def test_without_a_bill_nothing_is_claimed(data, words):
    assert sentence(data) == words
    panels, missing = sort_out(scene.draw_panels(cost.CHART, data))
    assert panels == []
    assert missing.endswith(" isn't drawn: it needs BillableTimeInSeconds and InstanceCount.")
