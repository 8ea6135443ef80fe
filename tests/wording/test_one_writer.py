"""Nothing writes a share, a duration, a number or a plural beside the package for it."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "amtviz"
FILES = sorted(file for file in PACKAGE.rglob("*.py") if file.parent.name != "wording")

TWINS = {
    "format_share": [
        r"\{100 \* [^}]*:",  # {100 * share:.0f}
        r":[.,\d]*[fg]\} ?%",
        r"(less|more) than (0\.)?(1|99) %",
    ],
    "format_duration": [
        r":[.,\d]*[fg]\} ?(ms|s|min|h|seconds|minutes|hours|days)\b",
        r"\bdivmod\([^)]*(60|3600|86_?400)\)",
    ],
    "time_unit": [r"\(180, 1, .seconds.\)"],
    "format_number": [r":[.,]?\d*g\} (?!%)", r":\.[23456]g\}[^)]*\"$"],
    "format_dollars": [r"\$\{[^}]*:[,.\d]*f\}", r"less than \$"],
    "plural": [r"['\"]s['\"] \*", r"\} \{['\"](\w+)['\"] if [^}]* == 1 else ['\"]\1s['\"]\}"],
    "join_words": [r"' and '\.join|\" and \"\.join\(", r"\} and \{\w+\[-1\]\}"],
    "name_job": [r"\[: ?6[34]\]"],
    "RUNNING_STATUSES": [r"\"InProgress\", \"Stopping\""],
}
ALLOWED = {
    "errors.py": {"join_words"},  # quotes the choices
}


def find_twins(text):
    """Return (line, the writer to use) of each place that writes for itself."""
    return [
        (number, writer)
        for number, line in enumerate(text.splitlines(), 1)
        for writer, patterns in TWINS.items()
        if any(re.search(pattern, line) for pattern in patterns)
    ]


def test_no_second_writer():
    twins = [
        f"{name}:{line} write it with {writer}"
        for file in FILES
        for name in [file.relative_to(PACKAGE).as_posix()]
        for line, writer in find_twins(file.read_text(encoding="utf-8"))
        if writer not in ALLOWED.get(name, set())
    ]
    assert twins == []


@pytest.mark.parametrize(
    ("line", "writer"),
    [
        ('    return f"{100 * share:.0f} %"', "format_share"),
        ('    return "less than 1 %" if share < 0.01 else text', "format_share"),
        ('    text = f"{seconds / 60:.3g} min"', "format_duration"),
        ('    text = f"it took {seconds:.1f} s"', "format_duration"),
        ('    return f"{value:.6g}"', "format_number"),
        ('    money = f"${dollars:,.2f}"', "format_dollars"),
        ("    text = f\"{count} trial{'s' * (count > 1)}\"", "plural"),
        ("    text = f\"{n:,} {'trial' if n == 1 else 'trials'} ended\"", "plural"),
        ('    return " and ".join(names)', "join_words"),
        ('_RUNNING = ("InProgress", "Stopping")', "RUNNING_STATUSES"),
    ],
)
def test_a_second_writer_is_found(line, writer):
    assert (1, writer) in find_twins(line)
