"""Texts that something between AWS and an eye might run, obey, drop or stumble over."""

# ruff: noqa: E501

from __future__ import annotations

# what every JavaScript object has, and what Vega's parser takes for an identifier
PROTOTYPE = [
    "constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__proto__",
    "propertyIsEnumerable", "toLocaleString", "__defineGetter__", "__defineSetter__",
    "__lookupGetter__", "__lookupSetter__", "if",
]  # fmt: skip
SCRIPTS = [
    "<script>window.ran=1</script>",
    "</script><script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    '" onmouseover="window.ran=1',
    "' autofocus onfocus='window.ran=1",
    "javascript:window.ran=1",
    "<!--", "-->", "]]>", "<![CDATA[", "<style>*{display:none}</style>", "</style>", "</textarea>",
    "<base href=//example.com>", "<link rel=prefetch href=//example.com>", "&lt;b&gt;", "&#60;b&#62;",
    "{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "`${window.ran=1}`", "\\u003cscript\\u003e",
    "');window.ran=1;//", '");window.ran=1;//', "\\');window.ran=1;//", "'+(window.ran=1)+'",
]  # fmt: skip
MARKUP = [
    "Valid:F1 [/macro]", "[macro]", "[bold red]x[/]", "[link=https://example.com]x[/link]", "[/]",
    "[[", ":warning:", "\\[x]", "*x*", "_x_", "|x|", "# x", "%s %d %n", "{0} {x!r}", "%(x)s",
]  # fmt: skip
TERMINAL = [
    "\x1b[31mred\x1b[0m", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;https://example.com\x1b\\x",
    "\x9b31m", "\x07", "\b\b\b", "a\rb", "\x7f", "\x00", "a\x00", "a\x00b", "\x0e", "\x85x", "\x1bc",
    "\u202eabc", "\u2066x\u2069", "\u200fx", "\u061cx", "x\u2028y", "x\u2029y", "a\nb", "a\tb", "\x0b",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0",
    "-", "+", "-1e5", "+5", "1,5", 'say "hi"', "a;b", "'=1",
]  # fmt: skip
WORDS = [
    "null", "undefined", "NaN", "Infinity", "-inf", "true", "None", "nan", "NA", "<NA>", "0", "1e400",
    "9" * 400, "datum", "datum.y", "item", "event", "width", "height", "ink", "hover", "legend", "b_y",
    "a.b", "a[0]", "a\\.b", "\\", "ends with \\", "'", '"', "`", "$", "y", "p0", "p0s", "trials",
    " ", "  two  ", "é", "e\u0301", "ﷺ", "שלום", "漢字", "🌲", "👩‍👩‍👧", "\ud800", "x\udfff", "\ufeffx",
    "\u200b", "\u00a0", "x" * 3_000, "../../etc/passwd", "C:\\x", "file:///x", "'; DROP TABLE trials;--",
]  # fmt: skip

ALL = [*PROTOTYPE, *SCRIPTS, *MARKUP, *TERMINAL, *FORMULAS, *WORDS]
# one or more of each kind, where each costs a panel or a tuning job of its own
SOME = [
    *PROTOTYPE, *SCRIPTS[:4], *SCRIPTS[19:21], *MARKUP[:2], *TERMINAL[:3], "\x9b31m", "\x00", "a\x00",
    "\u202eabc", "a\nb", "=1+1", 'say "hi"', "undefined", "datum", "a.b", "ends with \\", "'", "🌲",
]  # fmt: skip
