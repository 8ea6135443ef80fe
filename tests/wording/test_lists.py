import numpy as np
import pytest

from amtviz.wording.lists import capital, join_few, join_words, plural


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
    ],
)
def test_lists(words, text):
    assert join_words(words) == text


def test_lists_of_choices():
    assert join_words(["a", "b", "c"], "or") == "a, b or c"


def test_long_lists_end_in_a_count():
    assert join_few(["a", "b", "c", "d"]) == "a, b, c and d"
    assert join_few(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert join_few(["a", "b", "c", "d"], 3) == "a, b and 2 more"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 trials"),
        (1, "1 trial"),
        (1.0, "1 trial"),
        (np.int64(1), "1 trial"),
        (np.float64(2), "2 trials"),
        (1200, "1,200 trials"),
    ],
)
def test_plurals(count, text):
    assert plural(count, "trial") == text


@pytest.mark.parametrize(
    ("text", "begun"), [("", ""), ("a", "A"), ("of F1 and AUC", "Of F1 and AUC"), ("5 %", "5 %")]
)
def test_sentences_begin_with_a_capital_and_keep_names(text, begun):
    assert capital(text) == begun
