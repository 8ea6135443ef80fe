"""Sphinx configuration."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from amtviz import __version__

DOCS = Path(__file__).parent
EXAMPLES = DOCS.parent / "examples"

project = "amtviz"
author = "the amtviz authors"
copyright = "the amtviz authors"  # Sphinx's own name for it
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_click",
    "gallery",
    "offline",
    "tables",
]
exclude_patterns = ["_build", "examples/local_tuning/README.md"]
default_role = "py:obj"
smartquotes_action = "qe"  # dashes stay: they begin options
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "none"  # numpydoc's sections say it in words
autosummary_generate = False
numpydoc_show_class_members = False

# The examples' notebooks, beside their page. The story is run here, with few trials unless TRIALS
# says how many.
os.environ.setdefault("TRIALS", "10")
for example in EXAMPLES.glob("*.ipynb"):
    text = example.read_text(encoding="utf-8").replace("](../docs/", "](../")
    (DOCS / "examples" / example.name).write_text(text, encoding="utf-8")
shutil.copytree(EXAMPLES / "local_tuning", DOCS / "examples" / "local_tuning", dirs_exist_ok=True)
suppress_warnings = ["misc.highlighting_failure"]  # shell commands in the notebooks' cells
nb_execution_mode = "force"
nb_execution_excludepatterns = ["sagemaker_*", "xgboost_*", "**/*.md"]
nb_execution_timeout = 900
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_ipywidgets_js = {}  # widgets are progress bars here: their JavaScript would come from elsewhere
# Charts as pictures there: the pages of the documentation load nothing from elsewhere.
profile = Path(tempfile.mkdtemp()) / "profile_default" / "startup"
profile.mkdir(parents=True)
(profile / "renderer.py").write_text(
    "import altair\naltair.renderers.enable('png', scale_factor=1.5)\n", encoding="utf-8"
)
os.environ["IPYTHONDIR"] = str(profile.parents[1])

html_theme = "pydata_sphinx_theme"
html_title = "amtviz"
html_static_path = ["_static"]
html_css_files = ["gallery.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {"**": []}
