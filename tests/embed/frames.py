"""What a notebook's frame holds."""

from __future__ import annotations

import base64
import gzip
import re
from html import unescape


def unpack(html: str) -> str:
    """Return the page of a frame."""
    frame = unescape(re.search(r'srcdoc="([^"]+)"', html)[1])
    packed = re.search(r'id="amtviz-page">([^<]+)<', frame)[1]
    return gzip.decompress(base64.b64decode(packed)).decode()
