"""Pages inside a notebook's cell, one chart as a page, and one chart as a picture."""

from __future__ import annotations

import base64
import functools
import gzip
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
# The same origin, for a frame finds its height and theme in what is around it; the page's own
# policy lets nothing in or out. Links open in a window that is no part of the sandbox.
_MAY = "allow-scripts allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox"


def render_frame(page: str, *, title: str, picture: bytes | None = None) -> str:
    """Render an ``iframe`` that holds a page, is as wide as there is room and as high as the page.

    Parameters
    ----------
    page : str
        HTML that holds everything it needs. It is compressed.
    title : str
        For those who can't see it.
    picture : bytes, optional
        PNG, shown where no JavaScript runs.

    Returns
    -------
    str
        HTML. Links within the page stay within it, and its ``prefers-color-scheme`` is that of
        what is around it, in browsers that hand it on.
    """
    packed = base64.b64encode(gzip.compress(page.encode(), mtime=0)).decode()
    document = _template("frame.html").render(packed=packed, script=load_script("embed/frame.js"))
    frame = (
        f'<iframe title="{escape(title)}" sandbox="{_MAY}" srcdoc="{escape(document)}" '
        f'style="border: 0; width: 100%; height: {_HEIGHT}px"></iframe>'
    )
    if picture is None:
        return frame
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    return (
        f'{frame}<img class="amtviz-picture" alt="{escape(title)}" src="{source}" '
        f'style="max-width: 100%">'
    )


def render_chart(spec: dict[str, Any], *, title: str = "charts") -> str:
    """Render a page of one chart that holds everything it needs and requests nothing.

    Parameters
    ----------
    spec : dict
        Vega-Lite. Its top-level parameters ``ink``, ``rule`` and ``paper``, if any, follow the
        colours of the notebook around it, or else the system's light or dark mode.
    title : str
        Of the page.

    Returns
    -------
    str
        HTML of about a megabyte, to be written as UTF-8.

    Raises
    ------
    ValueError
        If the chart holds a number that isn't finite.
    """
    scripts = [load_bundle(), load_script("embed/chart.js")]
    return _template("chart.html").render(
        title=title,
        policy=content_security_policy(scripts),
        payload=to_script_json(spec),
        scripts=scripts,
    )


def draw_picture(
    spec: dict[str, Any], kind: Literal["png", "svg"], *, scale: int = 2
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a chart as a picture, for where no JavaScript runs.

    Parameters
    ----------
    spec : dict
        Vega-Lite.
    kind : {"png", "svg"}
    scale : int
        Pixels of a PNG for each pixel of the chart: two for sharp screens.

    Returns
    -------
    data, metadata : dict
        A MIME bundle as notebooks take it.
    """
    import vl_convert  # 100 MB, needed for pictures only

    version = bundled_vega_lite()
    if kind == "svg":
        return {"image/svg+xml": vl_convert.vegalite_to_svg(spec, vl_version=version)}, {}
    png = vl_convert.vegalite_to_png(spec, vl_version=version, scale=scale)
    width, height = (int.from_bytes(png[at : at + 4], "big") / scale for at in _SIZE_AT)
    return {"image/png": png}, {"image/png": {"width": width, "height": height}}


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    html = resources.files(__package__).joinpath(name).read_text("utf-8")
    return environment.from_string(html.replace("\r\n", "\n"))
