"""What the page runs and reads: JavaScript, the chart as JSON, and the policy that guards them."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import altair as alt

from amtviz.embed.kept import keep_text
from amtviz.errors import AmtvizError

# None of these five can stand in script-safe JSON: they could end the element or the line.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

# What other scripts of the page can reach.
_GLOBALS = "window.vegaEmbed = vegaEmbed;"


def to_script_json(value: Any) -> str:
    """Write JSON that stays inside a script element, whatever its strings hold.

    Parameters
    ----------
    value : object
        Anything that JSON can hold.

    Returns
    -------
    str
        ASCII only, so that it also survives a wrong encoding.

    Raises
    ------
    ValueError
        If a number is NaN or infinite: that isn't JSON.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def pick_vega_lite(wanted: str, bundled: Iterable[str]) -> str:
    """Choose the bundled Vega-Lite for the version that the charts are written in.

    Parameters
    ----------
    wanted : str
        As ``altair.SCHEMA_VERSION`` has it: ``v5.20.1``.
    bundled : iterable of str
        Those that vl-convert carries: ``5.20``, ``6.1``.

    Returns
    -------
    str
        The same minor version; else the newest of the same major version; else the newest.
    """
    target = _version(wanted)[:2]
    return max(bundled, key=lambda v: (_version(v) == target, v[0] == str(target[0]), _version(v)))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.lstrip("v").split("."))


@functools.cache
def load_bundle() -> str:
    """Return the JavaScript of Vega, Vega-Lite and Vega-Embed, which defines ``vegaEmbed``."""
    return _keep_bundle("vega-embed.js", _GLOBALS)


@functools.cache
def load_vega() -> str:
    """Return the JavaScript of Vega alone, which defines ``vega``: it draws what `compile_chart`
    returns.

    Raises
    ------
    AmtvizError
        If this version of vl-convert-python keeps Vega elsewhere.
    """
    import vl_convert  # a library of 100 MB, needed for pages and pictures only

    # its own name for the module that it bundles; what it offers by name brings Vega-Lite along
    vega = f"/npm/vega@{vl_convert.get_vega_version()}/+esm.js"
    try:
        return _keep_bundle("vega.js", f'import * as own from "{vega}"; window.vega = own;')
    except BaseException as error:  # it panics, which is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise AmtvizError(
            f"vl-convert-python {version('vl-convert-python')} can't bundle Vega, which draws "
            "charts. Install a version that is known to: "
            "pip install 'vl-convert-python>=1.8,<1.10'."
        ) from None


def _keep_bundle(name: str, snippet: str) -> str:
    def make() -> str:
        # as an HTML parser reads it, or its hash would differ
        return make_bundle(snippet).replace("\r\n", "\n").replace("</script", "<\\/script")

    versions = f"{version('vl-convert-python')} {bundled_vega_lite()} {snippet}"
    return keep_text(name, versions, make)


def compile_chart(spec: dict[str, Any]) -> dict[str, Any]:
    """Compile Vega-Lite to Vega, which a page draws without Vega-Lite.

    Parameters
    ----------
    spec : dict
        Its data have names only.

    Returns
    -------
    dict
        Anew each time; the same charts are compiled once.

    Raises
    ------
    ValueError
        If it is no Vega-Lite, or holds a number that isn't finite.
    """
    return json.loads(_compile(json.dumps(spec, allow_nan=False)))


@functools.lru_cache(maxsize=512)
def _compile(spec: str) -> str:
    import vl_convert  # see above

    return json.dumps(vl_convert.vegalite_to_vega(spec, vl_version=bundled_vega_lite()))


def make_bundle(snippet: str) -> str:
    """Put a piece of JavaScript together with Vega, Vega-Lite and Vega-Embed, in one module.

    Parameters
    ----------
    snippet : str
        May use ``vega``, ``vegaLite`` and ``vegaEmbed``, and export.

    Returns
    -------
    str
    """
    import vl_convert  # a library of 100 MB, needed for pages and pictures only

    bundle: str = vl_convert.javascript_bundle(snippet, vl_version=bundled_vega_lite())
    return bundle


def bundled_vega_lite() -> str:
    """Return the version of Vega-Lite that draws what Altair writes."""
    import vl_convert  # see above

    return pick_vega_lite(alt.SCHEMA_VERSION, vl_convert.get_vegalite_versions())


def content_security_policy(scripts: Iterable[str]) -> str:
    """Return the policy under which only these scripts run and nothing is requested.

    Parameters
    ----------
    scripts : iterable of str
        The exact text of each inline script.

    Returns
    -------
    str
    """
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {hashes} 'unsafe-eval'",  # Vega compiles its expressions
            "style-src 'unsafe-inline'",  # Vega-Embed adds a style element
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
