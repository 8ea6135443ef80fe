"""One chart as a piece of HTML that draws itself without a network, or as a picture."""

from __future__ import annotations

import functools
from html import escape
from importlib import resources
from typing import Any, Literal

import jinja2

from amtviz.embed.modules import load_script
from amtviz.embed.scripts import (
    bundled_vega_lite,
    content_security_policy,
    load_bundle,
    to_script_json,
)

_HEIGHT = 480  # pixels until it is drawn, and where a frame may not set its own
_SIZE_AT = (16, 20)  # where a PNG file tells its width and height


def render_frame(spec: dict[str, Any], *, title: str = "charts") -> str:
    """Render a chart as an ``iframe`` that holds everything it needs and requests nothing.

    Parameters
    ----------
    spec : dict
        Vega-Lite. Its top-level parameters ``ink``, ``rule`` and ``paper``, if any, follow the
        colours of the page around it.
    title : str
        For those who can't see it.

    Returns
    -------
    str
        HTML of about a megabyte.

    Raises
    ------
    ValueError
        If the chart holds a number that isn't finite.
    """
    scripts = [load_bundle(), load_script("embed/frame.js")]
    page = _template().render(
        title=title,
        policy=content_security_policy(scripts),
        payload=to_script_json(spec),
        scripts=scripts,
    )
    return (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" '
        f'style="border: 0; width: 100%; height: {_HEIGHT}px"></iframe>'
    )


def draw_picture(
    spec: dict[str, Any], kind: Literal["png", "svg"]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a chart as a picture, for where no JavaScript runs.

    Parameters
    ----------
    spec : dict
        Vega-Lite.
    kind : {"png", "svg"}
        PNG has two pixels a pixel, for sharp screens.

    Returns
    -------
    data, metadata : dict
        A MIME bundle as notebooks take it.
    """
    import vl_convert  # 100 MB, needed for pictures only

    version = bundled_vega_lite()
    if kind == "svg":
        return {"image/svg+xml": vl_convert.vegalite_to_svg(spec, vl_version=version)}, {}
    png = vl_convert.vegalite_to_png(spec, vl_version=version, scale=2)
    width, height = (int.from_bytes(png[at : at + 4], "big") / 2 for at in _SIZE_AT)
    return {"image/png": png}, {"image/png": {"width": width, "height": height}}


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    html = resources.files(__package__).joinpath("frame.html").read_text("utf-8")
    return environment.from_string(html.replace("\r\n", "\n"))
