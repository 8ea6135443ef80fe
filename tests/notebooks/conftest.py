"""A real JupyterLab and Notebook on loopback, and a Chromium that reaches nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from tests.browser.conftest import browser

__all__ = ["browser"]

ROOT = Path(__file__).parents[2]
_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # else cells out of sight are no elements of the page
    "notebook-extension/tracker": {"windowingMode": "none"},
}
_STARTED = 60  # seconds, on a slow machine


def _environment(folder: Path) -> dict[str, str]:
    """Give the environment of a Jupyter that knows nothing of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    for name, values in _SETTINGS.items():
        file = folder / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    path = os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])
    own = {name: str(folder / place) for name, place in folders.items()}
    return kept | own | {"PYTHONPATH": path}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="package")
def jupyter(tmp_path_factory):
    """Give the URL of a server that serves JupyterLab and Notebook 7, and its folder."""
    folder = tmp_path_factory.mktemp("jupyter")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={notebooks}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=_environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            end = time.monotonic() + _STARTED
            while not _answers(f"{url}/api/status"):
                if server.poll() is not None or time.monotonic() > end:
                    pytest.fail((folder / "log").read_text()[-2000:], False)
                time.sleep(0.1)
            yield url, notebooks
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


class Notebook:
    """An open notebook, driven as a person does."""

    def __init__(self, page) -> None:
        self.page = page
        # a click in the prompt leaves the cell in command mode
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady")
        page.evaluate(
            "jupyterapp.shell.currentWidget.sessionContext.session.kernel.info.then(() => null)"
        )

    def cell(self, number: int):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run(self, number: int) -> None:
        """Run a cell by keyboard."""
        self.cell(number).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Shift+Enter")

    def printed(self, number: int):
        """Run a cell and give what it prints, which is JSON."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.run(number)
        numbered = re.compile(rf"^(?!{re.escape(before)}$)\[\d+\]:")  # not [*]:
        prompt.filter(has_text=numbered).wait_for()
        output = self.cell(number).locator(".jp-OutputArea-output pre")
        return json.loads(output.inner_text())


@pytest.fixture(scope="module")
def open_notebook(browser, jupyter):
    """Write cells into a notebook and open it: ``open_notebook("lab", *cells)``.

    At the end, no page may have asked anything but the server.
    """
    url, folder = jupyter
    opened = []

    def open_cells(frontend, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        name = f"{frontend}-{len(list(folder.iterdir()))}.ipynb"
        nbformat.write(notebook, folder / name)
        context = browser.new_context(viewport={"width": 1500, "height": 1400}, color_scheme="null")
        asked: list[str] = []
        opened.append((context, asked))

        def guard(route):
            if route.request.url.startswith((f"{url}/", "data:", "blob:")):
                route.continue_()
            else:
                asked.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.set_default_timeout(60_000)
        where = "lab/tree" if frontend == "lab" else "notebooks"
        page.goto(f"{url}/{where}/{name}?reset")  # or the last test's would be open as well
        return Notebook(page)

    yield open_cells
    for context, asked in opened:
        context.close()
        assert asked == []
