"""Files that are written in one step: what stands in their place."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from amtviz.errors import FileError
from amtviz.files import replacing


def write(path) -> None:
    with replacing(path) as beside:
        beside.write_text("new")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no paths there")
def test_a_pipe_or_device_stays_what_it_is(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(FileError) as caught:
        write(path)
    assert str(caught.value) == (
        f"Can't write {str(path)!r}: it is a device, a pipe or a stream, which a file would "
        "take the place of. Choose another place."
    )
    for stream in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):  # wherever it leads
        with pytest.raises(FileError, match="a stream, which a file would take the place of"):
            write(stream)
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_and_leads_to_the_new_file(tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("old")
    link.symlink_to(target.name)
    write(link)
    assert (link.is_symlink(), target.read_text()) == (True, "new")
