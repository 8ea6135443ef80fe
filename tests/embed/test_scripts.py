import base64
import hashlib
import json
import re
from importlib.metadata import version

import altair as alt
import pytest
import vl_convert

from amtviz.embed import (
    compile_chart,
    content_security_policy,
    load_bundle,
    load_vega,
    pick_vega_lite,
    to_script_json,
)
from amtviz.embed.scripts import bundled_vega_lite
from amtviz.errors import AmtvizError
from tests.report.samples import HOSTILE


@pytest.mark.parametrize("text", [*HOSTILE, "\u2028", "\u2029", "\ud800", "\x00", "ß"])
def test_json_stays_the_same_and_cannot_end_the_element(text):
    written = to_script_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert written.isascii()
    assert not re.search("[<>&]", written)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_refuses_what_is_not_json(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_script_json({"y": number})


@pytest.mark.parametrize(
    ("wanted", "bundled", "picked"),
    [
        ("v5.20.1", ["5.8", "5.20", "5.21", "6.1"], "5.20"),
        ("v6.4.1", ["5.8", "5.21", "6.1", "6.4"], "6.4"),
        ("v6.1.0", ["5.21", "6.4", "6.10"], "6.10"),
        ("v7.0.0", ["5.8", "5.21", "6.1"], "6.1"),
        ("v5.9.3", ["5.8", "5.14", "6.1"], "5.14"),
    ],
)
def test_vega_lite_version(wanted, bundled, picked):
    assert pick_vega_lite(wanted, bundled) == picked


def test_bundle_is_of_the_charts_version_and_can_stand_in_a_script_element():
    bundle = load_bundle()
    assert bundle is load_bundle()
    assert f'"{alt.SCHEMA_VERSION.lstrip("v")}"' in bundle
    assert "window.vegaEmbed=" in bundle
    assert not re.search(r"</script|<!--|\r", bundle, re.IGNORECASE)


def test_vega_alone_is_much_less_and_can_stand_in_a_script_element():
    bundle = load_vega()
    assert bundle is load_vega()
    assert "window.vega=" in bundle
    assert len(bundle) < 0.7 * len(load_bundle())
    assert not re.search(r"</script|<!--|\r", bundle, re.IGNORECASE)


def test_a_version_that_cannot_bundle_vega_is_named(monkeypatch, cache_file):
    class Panic(BaseException):
        pass

    def bundle(*_, **__):
        raise Panic

    monkeypatch.setattr(vl_convert, "javascript_bundle", bundle)
    with pytest.raises(AmtvizError) as caught:
        load_vega.__wrapped__()
    assert str(caught.value) == (
        f"vl-convert-python {version('vl-convert-python')} can't bundle Vega, which draws charts. "
        "Install a version that is known to: pip install 'vl-convert-python>=1.8,<1.10'."
    )


def test_a_chart_is_compiled_once_and_given_anew():
    spec = {"data": {"name": "some"}, "mark": "point", "encoding": {"x": {"field": "p0"}}}
    first, again = compile_chart(spec), compile_chart(dict(spec))
    assert first == again == vl_convert.vegalite_to_vega(spec, vl_version=bundled_vega_lite())
    assert first is not again
    with pytest.raises(ValueError, match="not JSON compliant"):
        compile_chart(spec | {"width": float("nan")})


def test_policy_names_the_scripts_by_hash_and_allows_no_request():
    policy = dict(
        part.split(" ", 1) for part in content_security_policy(["alert(1)", "über()"]).split("; ")
    )
    digests = [hashlib.sha256(text.encode("utf-8")).digest() for text in ("alert(1)", "über()")]
    first, second = (base64.b64encode(digest).decode() for digest in digests)
    assert policy == {
        "default-src": "'none'",
        "script-src": f"'sha256-{first}' 'sha256-{second}' 'unsafe-eval'",
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
