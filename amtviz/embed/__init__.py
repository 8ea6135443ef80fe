"""Charts inside HTML that brings its own JavaScript, so that none of it asks a network."""

from amtviz.embed.frame import draw_picture, render_chart, render_frame
from amtviz.embed.modules import join_modules, load_script
from amtviz.embed.scripts import (
    compile_chart,
    content_security_policy,
    load_bundle,
    load_vega,
    make_bundle,
    pick_vega_lite,
    to_script_json,
)

__all__ = [
    "compile_chart",
    "content_security_policy",
    "draw_picture",
    "join_modules",
    "load_bundle",
    "load_script",
    "load_vega",
    "make_bundle",
    "pick_vega_lite",
    "render_chart",
    "render_frame",
    "to_script_json",
]
