"""How sure what is said is: measured, in the words of the page and of the documentation.

Each paragraph stands word by word in ``docs/project/calibration.md``, above its figures.
"""

from __future__ import annotations

#: By section, a paragraph for each thing that is said there.
SURENESS: dict[str, tuple[str, ...]] = {
    "importance": (
        "Importance, checked on functions whose shares are known: of the 90 % intervals after "
        "random search, 96 / 92 / 96 % held the truth at 50 / 100 / 250 trials (24 intervals); "
        "after an adaptive search 86 / 90 / 86 % (21), and 67 % of 6 on two functions kept "
        "apart. What was said to matter most did in all of 9 random searches. These are few "
        "searches.",
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
        "balanced risk they found a better best than the old ranges in 82 / 90 % after 50 / 100 "
        "random trials and in 87 % after 50 adaptive ones on a task that nothing was tuned on "
        "(8 to 10 first rounds each). The goals of 89 / 92 / 90 % were missed.",
    ),
}
