import numpy as np
import pytest

from amtviz.wording.shares import (
    format_chance,
    format_share,
    format_share_interval,
    say_chance,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (-0.0, "0 %"),
        (1e-9, "under 1 %"),
        (0.007, "under 1 %"),
        (0.01, "1 %"),
        (1 - 0.99, "1 %"),
        (0.07, "7 %"),
        (0.5, "50 %"),
        (0.986, "99 %"),
        (0.07 + 0.92, "99 %"),
        (0.994, "over 99 %"),
        (0.997, "over 99 %"),
        (1 - 1e-9, "over 99 %"),
        (sum([0.1] * 10), "100 %"),  # 0.9999999999999999
        (1, "100 %"),
        (1.5, "150 %"),
        (1e6, "100,000,000 %"),
        (-0.05, "-5 %"),
        (-0.001, "0 %"),
        (np.float64(0.25), "25 %"),
        (np.nan, "–"),
        (np.inf, "∞"),
    ],
)
def test_shares(share, text):
    assert format_share(share) == text


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0, "<1 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.996, ">99 %"), (1.0, ">99 %"), (np.nan, "–")],
)
def test_no_chance_is_certain(chance, text):
    assert format_chance(chance, brief=True) == text
    assert format_chance(chance) == text.replace("<", "under ").replace(">", "over ")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.031, 0.066, "3–7 %"),
        (0, 1, "0–100 %"),
        (0.007, 0.02, "0–2 %"),
        (0.97, 0.993, "97–100 %"),
        (0.25, 0.25, "25–25 %"),
        (np.nan, 0.5, "– to 50 %"),
    ],
)
def test_intervals(low, high, text):
    assert format_share_interval(low, high) == text


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.33, "a 33 % chance"),
        (0.08, "an 8 % chance"),
        (0.11, "an 11 % chance"),
        (0.18, "an 18 % chance"),
        (0.85, "an 85 % chance"),
        (0.1, "a 10 % chance"),
        (0, "a chance of under 1 %"),
        (1, "a chance of over 99 %"),
    ],
)
def test_chances(chance, text):
    assert say_chance(chance) == text
