import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships none
import pytest
from backports import zstd

from tests.feeds.asking import Asker
from tests.feeds.site import Site

MEGABYTE = 1024 * 1024
Pack = Callable[[bytes], bytes]


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKS: list[tuple[str, Pack]] = [
    ("gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
    ("identity", bytes),
]
FRAMED: list[tuple[str, Pack]] = [("gzip", gzip.compress), ("zstd", zstd.compress)]


@pytest.mark.parametrize(("coding", "pack"), PACKS)
def test_a_body_is_unpacked_however_it_was_packed(site: Site, coding: str, pack: Pack) -> None:
    said = "".join(f"<item>{number}</item>" for number in range(9_999)).encode()
    assert Asker().document(site.says("/feed", pack(said), Content_Encoding=coding)).body == said


@pytest.mark.parametrize(("coding", "pack"), FRAMED)
@pytest.mark.parametrize("size", [1, 700, 70_000, MEGABYTE])
def test_a_stream_of_several_frames_is_read_to_its_end(site: Site, coding: str, pack: Pack, size: int) -> None:
    frames = [Random(number).randbytes(size) for number in range(9)]
    packed = b"".join(map(pack, frames))
    document = Asker().document(site.says("/feed", packed, Content_Encoding=coding))
    assert document.body == b"".join(frames)


def test_we_say_which_ways_of_packing_we_read(site: Site) -> None:
    Asker().get(site.says("/feed", "<rss/>"))
    assert site.requests[0].headers["Accept-Encoding"] == "gzip, deflate, br, zstd"


@pytest.mark.parametrize("coding", ["compress", "gzip, gzip", "x-secret"])
def test_what_is_packed_as_nobody_asked_for_is_a_failure_in_words(site: Site, coding: str) -> None:
    reason = Asker().failure(site.says("/feed", b"\x1f\x9d", Content_Encoding=coding)).reason
    assert reason == "127.0.0.1: packed in a way that nobody asked for (Content-Encoding)"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_packed_as_it_says_is_a_failure(site: Site, coding: str) -> None:
    url = site.says("/feed", b"<rss/>" * 99, Content_Encoding=coding)
    assert "cannot be decompressed" in Asker().failure(url).reason


SIZE = 300 * MEGABYTE
PART = bytes(MEGABYTE)
WIDE = {int(zstd.CompressionParameter.window_log): 27}
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip": ("gzip", lambda: gzip.compress(bytes(SIZE))),
    "gzip of many frames": ("gzip", lambda: gzip.compress(PART) * (SIZE // MEGABYTE)),
    "deflate": ("deflate", lambda: zlib.compress(bytes(SIZE))),
    "br": ("br", lambda: brotli.compress(bytes(SIZE), quality=5)),
    "zstd": ("zstd", lambda: zstd.compress(bytes(SIZE))),
    "zstd with a window of 128 MB": ("zstd", lambda: zstd.compress(bytes(SIZE), options=WIDE)),
    "zstd of many frames": ("zstd", lambda: zstd.compress(PART) * (SIZE // MEGABYTE)),
}
"""Bodies that unpack to 300 MB, each with its coding."""


def in_a_process_of_its_own(site: Site, url: str, times: int = 1) -> Any:  # Any: JSON
    first = site.says("/first", "<rss/>")
    command = [sys.executable, "-m", "tests.feeds.fetch_once", first, url, str(times)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_300_mb_is_refused_within_a_second_and_less_than_20_mb(site: Site, name: str) -> None:
    coding, pack = BOMBS[name]
    found = in_a_process_of_its_own(site, site.says("/bomb", pack(), Content_Encoding=coding))
    assert set(found["said"]) < {"more than 15 MB", "unpacks to more than 500 times its size"}
    assert found["seconds"] < 1
    assert found["held"] < 20 * MEGABYTE


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (BOMBS["gzip"][1], {"Content_Encoding": "gzip"}, "more than 15 MB"),
        (lambda: bytes(14 * MEGABYTE), {}, f"{14 * MEGABYTE} bytes"),
    ],
    ids=["bombs", "documents"],
)
def test_many_large_bodies_at_once_are_read_a_few_at_a_time(
    site: Site, body: Callable[[], bytes], headers: dict[str, str], said: str
) -> None:
    found = in_a_process_of_its_own(site, site.says("/large", body(), 200, **headers), times=32)
    assert found["said"] == [said]
    assert found["held"] < 200 * MEGABYTE  # all together they are 480 MB


def test_a_document_that_packs_well_is_no_bomb(site: Site) -> None:
    said = "".join(f"<item><title>{number}</title></item>" for number in range(80_000)).encode()
    packed = zstd.compress(said)
    assert len(said) > 60 * len(packed)
    assert Asker().document(site.says("/feed", packed, Content_Encoding="zstd")).body == said


def test_a_body_that_says_that_it_is_too_large_is_not_read(site: Site) -> None:
    assert "more than 15 MB" in Asker().failure(site.says("/feed", bytes(16 * MEGABYTE))).reason
