"""How wide a text will be: the advance widths of Source Sans 3, so that labels can be placed before they are drawn.

Placing each text by its left end, rather than by ``text-anchor``, also keeps the PDF small: an anchored text becomes a
picture of its own there.
"""

from __future__ import annotations

FIRST = 32
REST = 560
"""Thousandths of the size for a letter outside ASCII, on the wide side."""
SEMIBOLD = 1.033
# fmt: off
WIDTHS = (
    200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497, 497, 497, 497, 497,
    497, 497, 497, 249, 249, 497, 497, 497, 425, 847, 544, 588, 571, 615, 527, 494, 617, 652, 263, 480, 579, 486, 727,
    647, 664, 566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497, 500, 542, 504, 553, 456, 555,
    496, 292, 504, 544, 246, 247, 495, 255, 829, 547, 542, 555, 555, 347, 419, 338, 544, 467, 719, 446, 467, 425, 303,
    241, 303, 497,
)
# fmt: on


def width(words: str, size: float = 11, bold: bool = False) -> float:
    """Pixels of a text at a size in pixels."""
    thousandths = sum(_advance(ord(letter) - FIRST) for letter in words)
    return thousandths * size / 1000 * (SEMIBOLD if bold else 1)


def _advance(place: int) -> int:
    return WIDTHS[place] if 0 <= place < len(WIDTHS) else REST
