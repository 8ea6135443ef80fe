"""How sure what is said is: measured, in the words of the page and of the documentation.

Each paragraph stands word by word in ``docs/project/calibration.md``, above its figures.
"""

from __future__ import annotations

#: By section, a paragraph for each thing that is said there.
SURENESS: dict[str, tuple[str, ...]] = {
    "importance": (
        "Importance, checked on functions whose shares are known: of the 90 % intervals after "
        "random search, 96 / 99 / 100 % held the truth at 50 / 100 / 250 trials (168 intervals "
        "each), so they are wider than need be; after TPE searches 94 / 93 / 95 % (168), after "
        "searches by a Gaussian process 93 / 97 % at 40 / 75 trials (126), and 83 to 85 % and "
        "75 to 78 % of these on two functions kept apart. Where one hyperparameter was said to "
        "matter most, it did: after every random and every TPE search, and after 93 / 96 % of "
        "the Gaussian process's (28 / 24).",
    ),
    "progress": (
        "Chances of a gain, checked on repeated searches: of random search they came out as "
        "said (35 % said, 35 % came, 3,360 cases); of adaptive searches 59 % were said and 61 % "
        "came (16,638 cases), up to 1.4 times too high at 10 trials and up to 1.3 times too low "
        "later. That a gain is unlikely was said too often of searches that learn, and isn't "
        "said of them any more.",
    ),
    "next": (
        "Comparisons, checked on pairs of equal searches: one was said to be ahead by over 95 % "
        "in none of 420 random and 1,680 adaptive pairs. A chance to do better again of 80 to "
        "90 % came true in 90 % of 1,421 cases. One run of an adaptive search can't tell "
        "strategies apart.",
        "Suggested ranges, checked by a second round of 25 random trials on real models: at "
        "balanced risk they found a better best than the old ranges in 85 / 93 % after 50 / 100 "
        "random trials and in 93 % after 50 adaptive ones, on two tasks that nothing was tuned "
        "on (20 first rounds each); bold did in 88 / 94 / 92 %, ahead of the box of the best "
        "fifth (73 / 73 / 90 %) and the box around the best trial (84 / 92 / 90 %). The goals "
        "were 89 / 92 / 90 %: that after 50 random trials was missed.",
    ),
}
