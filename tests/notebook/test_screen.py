"""What a browser paints, in a light and in a dark page."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from collections import Counter

import pytest

from callwright.notebook import run_card

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --disable-dev-shm-usage
    --force-color-profile=srgb --force-device-scale-factor=1 --hide-scrollbars
    --window-size=940,400
""".split()
BARS = {"model": (0x3D, 0x73, 0xD6), "call": (0x0F, 0x83, 0x77), "failed": (0xD3, 0x3D, 0x4C)}
GROUNDS = {"light": (255, 255, 255), "dark": (16, 16, 16)}
INK = {"light": (0, 0, 0), "dark": (238, 238, 238)}


def painted(html, folder):
    """How many pixels there are of each colour."""
    page, picture = folder / "page.html", folder / "page.png"
    page.write_text(html)
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [BROWSER, *OPTIONS, profile, f"--screenshot={picture}", page.as_uri()]
    try:
        subprocess.run(command, capture_output=True, timeout=60, check=True)  # noqa: S603
        png = picture.read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"the browser takes no pictures here: {type(error).__name__}")
    return Counter(pixels(png))


def pixels(png):
    """The pixels of a PNG picture of 8 bits a channel, as (red, green, blue)."""
    width, _, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    step = {2: 3, 6: 4}[colour]
    raw = zlib.decompress(b"".join(chunks(png, b"IDAT")))
    line = bytearray(width * step)
    for start in range(0, len(raw), width * step + 1):
        body = raw[start + 1 : start + 1 + width * step]
        line = unfiltered(raw[start], body, line, step)
        for x in range(0, len(line), step):
            yield tuple(line[x : x + 3])


def chunks(png, wanted):
    """The contents of the chunks of one kind."""
    place = 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == wanted:
            yield png[place + 8 : place + 8 + length]
        place += length + 12


def unfiltered(kind, body, above, step):
    """One line of a PNG picture, its filter undone (PNG specification, 9.2)."""
    line = bytearray(body)
    for x, value in enumerate(body):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        up = above[x]
        nearest = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        line[x] = (value + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return line


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_card_is_painted_on_the_pages_ground(run, tmp_path, theme):
    """The bars have their colours in both themes; the ground stays the page's, text is readable."""
    ground, ink = GROUNDS[theme], INK[theme]
    style = f"color-scheme: {theme}; background: rgb{ground}; color: rgb{ink}"
    html = f'<!doctype html><meta charset="utf-8"><body style="{style}">{run_card(run)}'
    counts = painted(html, tmp_path)
    assert counts.most_common(1)[0][0] == ground
    assert counts[ink] > 300
    assert {kind: counts[colour] > 500 for kind, colour in BARS.items()} == dict.fromkeys(
        BARS, True
    )
    assert counts[GROUNDS["light"]] == 0 or theme == "light"
