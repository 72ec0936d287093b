"""QR codes: the same pattern as the standard's other encoders, and drawn in the shapes that paper knows."""

import hashlib
import xml.etree.ElementTree as ET

import pytest

from registry.charts import qr
from registry.charts.qr import modules

LINK = "https://registry.example/reply/ABCDEFGHIJKLMNOPQRSTUV.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.mark.parametrize(
    ("text", "size", "sha256"),
    [
        ("a", 21, "359826d82234ae1e8ac6c6c29c8689360be9f4083fa8700f39728fb040219535"),
        ("Žižka, Łukasz", 25, "aac24ddb2c1971a27b620e40131d613a0ca8d95a20d1881c668fbcaeb52851c6"),
        (LINK, 41, "936b172cdb2839f1671488cac85026e909e92d2ae2eba4a01773ae9f17868d84"),
        (LINK + "x" * 60, 53, "7c3f5691b2e6c25fdd610b124cdc54757ade9dd0c9f806ded71d86fe87c9f700"),
        ("0" * 331, 69, "9c4990b5bc1e9ded05bbf2a56f395ca25955f6ec90a813b1e375b547409ad9a6"),
    ],
)
def test_the_pattern_is_the_one_of_other_encoders(text: str, size: int, sha256: str) -> None:
    """Compared once with those of python-qrcode 8 (bytes, level M, same mask) and read back by ZXing."""
    grid = modules(text)
    assert len(grid) == size
    assert hashlib.sha256(repr(grid).encode()).hexdigest() == sha256


def test_what_is_too_long_is_refused() -> None:
    assert len(modules("x" * 331)) == 69
    with pytest.raises(ValueError, match="too long"):
        modules("x" * 332)


def test_it_is_drawn_with_its_white_edge_and_says_itself_in_words() -> None:
    svg = ET.fromstring(str(qr(LINK, size=98, title="Answer at <home>")))
    names = [node.tag.rpartition("}")[2] for node in svg]
    assert names == ["title", "rect", "path"]
    assert svg[0].text == "Answer at <home>"
    first = svg[2].attrib["d"][1:].split("h")[0]
    assert [float(part) for part in first.split()] == [8.0, 8.0], "four of 49 modules at each side"
