import pytest
from hypothesis import given
from hypothesis import strategies as st

from amtviz.wording.names import name_job, shared_prefix, short_names


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        ([], ""),
        (["digits-random"], ""),
        (["digits-random", "digits-bayes"], "digits-"),
        (["random", "bayes"], ""),
        (["a-b-1", "a-b-2", "a-c"], "a-"),
        (["digits-bayes", "digits-bayes-warm"], "digits-"),  # a name keeps its last word
        (["digits", "digits-warm"], ""),
        (["digits-1", "digitsy-2"], ""),
    ],
)
def test_what_names_share(names, prefix):
    assert shared_prefix(names) == prefix


def test_names_of_tuning_jobs_leave_out_when_an_sdk_named_them():
    names = ["digits-random-261125-1304", "digits-bayes-261125-1310", "digits-grid"]
    assert list(short_names(names).values()) == ["random", "bayes", "grid"]
    again = ["digits-261125-1304", "digits-261125-1310"]  # differ in nothing else
    assert list(short_names(again).values()) == ["1304", "1310"]


@given(names=st.lists(st.text("ab-", min_size=1, max_size=6), min_size=1, unique=True, max_size=5))
def test_no_name_is_shortened_to_nothing(names):
    prefix = shared_prefix(names)
    assert all(name.startswith(prefix) for name in names)
    short = [name[len(prefix) :] for name in names]
    assert len(set(short)) == len(names)
    assert all(short) or any(name.endswith("-") for name in names)


def test_names_in_a_sentence_stay_in_one_line_and_short():
    assert name_job("digits-random") == "digits-random"
    assert name_job("x" * 64) == "x" * 64
    assert name_job("two\nlines " + "x" * 99) == "two lines " + "x" * 53 + "…"
