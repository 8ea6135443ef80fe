"""What importing amtviz may not do: every line of the report is something it did."""

import os
import subprocess
import sys

CODE = """
import logging, sys, threading, warnings
import altair, boto3, numpy, pandas

def read_state():
    return {
        "Altair's renderer": (altair.renderers.active, altair.renderers.options),
        "Altair's data transformer": (
            altair.data_transformers.active, altair.data_transformers.options
        ),
        "Altair's theme": (altair.theme.active, altair.theme.options),
        "Altair's maximum of rows": altair.data_transformers.consolidate_datasets,
        "pandas' options": pandas.describe_option(_print_desc=False),
        "numpy's error handling": numpy.geterr(),
        "warning filters": list(warnings.filters),
        "log handlers": (list(logging.getLogger().handlers), logging.getLogger().level),
        "threads": threading.active_count(),
        "boto3's default session": boto3.DEFAULT_SESSION,
        "the module search path": list(sys.path),
    }

def listen(event, arguments):
    network = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
    if event in network or event in ("subprocess.Popen", "os.system", "urllib.Request"):
        print(event, arguments)
    if event == "open" and "aws-of-this-test" in str(arguments[0]):
        print("read AWS settings:", arguments[0])
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if "__pycache__" not in str(arguments[0]):
            print("wrote a file:", arguments[0])

before, already = read_state(), set(sys.modules)  # Altair imports anywidget, which has IPython
sys.addaudithook(listen)
import amtviz, amtviz.api
for name, value in read_state().items():
    if value != before[name]:
        print("changed", name)
for module in ("sagemaker", "vl_convert", "IPython", "click", "tqdm"):
    if module in sys.modules and module not in already:
        print("imported", module)
"""


def run(code, tmp_path):
    settings = tmp_path / "aws-of-this-test"
    settings.write_text("[default]\nregion = eu-west-1\n")
    environment = {
        **os.environ,
        "AWS_CONFIG_FILE": str(settings),
        "AWS_SHARED_CREDENTIALS_FILE": str(settings),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_importing_touches_nothing(tmp_path):
    assert run(CODE, tmp_path) == (0, "", "")


def test_the_listener_hears(tmp_path):
    guilty = """
altair.renderers.enable("html")
boto3.Session()
import socket
try:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
except OSError:
    pass
pandas.set_option("display.max_rows", 7)
import vl_convert
print("a word")
"""
    code = CODE.replace("import amtviz, amtviz.api\n", guilty)
    assert code != CODE
    _, heard, _ = run(code, tmp_path)
    for words in (
        "socket.getaddrinfo",
        "socket.connect",
        "read AWS settings",
        "changed Altair's renderer",
        "changed pandas' options",
        "imported vl_convert",
        "a word",
    ):
        assert words in heard
