"""A QR code (ISO/IEC 18004): an address that a phone reads off paper. Bytes, error correction M, versions 1 to 13.

The pattern is built as the standard tells: finder, timing and alignment marks, then the data with its Reed-Solomon
remainder in zigzag, under the mask that leaves the fewest shapes which a reader could take for a mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from markupsafe import Markup

CHECKS = (0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22)
"""Check bytes of a block, by version."""
BLOCKS = (0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9)
"""Blocks, by version."""
QUIET = 4
"""Modules of white around it."""
INK, PAPER = "#000000", "#ffffff"
Grid = list[list[int]]
MASKS = (
    lambda x, y: (x + y) % 2, lambda x, y: y % 2, lambda x, y: x % 3, lambda x, y: (x + y) % 3,
    lambda x, y: (x // 3 + y // 2) % 2, lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2, lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
)  # fmt: skip


def qr(text: str, *, size: int = 90, title: str = "") -> Markup:
    """Draw the code of a text; `title` says what a reader without a camera does instead."""
    grid = modules(text)
    wide = len(grid) + 2 * QUIET
    scale = size / wide
    runs = "".join(
        f"M{(x + QUIET) * scale:.3f} {(y + QUIET) * scale:.3f}h{n * scale:.3f}v{scale:.3f}h-{n * scale:.3f}z"
        for x, y, n in _runs(grid)
    )
    return Markup(
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" width="{size}" height="{size}" '
        f'viewBox="0 0 {size} {size}"><title>{escape(title)}</title>'
        f'<rect x="0" y="0" width="{size}" height="{size}" fill="{PAPER}"/><path d="{runs}" fill="{INK}"/></svg>'
    )


def _runs(grid: Grid) -> Iterator[tuple[int, int, int]]:
    """Where dark modules stand side by side: column, row, how many."""
    for y, row in enumerate(grid):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None


def modules(text: str) -> Grid:
    """The pattern of a text, 1 for dark; `ValueError` where it is too long for a code that paper can carry."""
    data = text.encode()
    version = next((v for v in range(1, len(CHECKS)) if len(data) <= _room(v)), None)
    if version is None:
        raise ValueError("too long for a QR code")
    grid, fixed = _marks(version)
    _fill(grid, fixed, _codewords(data, version))
    return min((_masked(grid, fixed, version, mask) for mask in range(8)), key=_penalty)


# The data --------------------------------------------------------------------------------


def _raw(version: int) -> int:
    """Bytes that the pattern of a version holds, checks included."""
    bits = (16 * version + 128) * version + 64
    if version >= 2:
        marks = version // 7 + 2
        bits -= (25 * marks - 10) * marks - 55
    return (bits - 36 * (version >= 7)) // 8


def _kept(version: int) -> int:
    return _raw(version) - CHECKS[version] * BLOCKS[version]


def _room(version: int) -> int:
    """Bytes of text: four bits say that it is bytes, eight or sixteen how many."""
    return (_kept(version) * 8 - 4 - _length_bits(version)) // 8


def _length_bits(version: int) -> int:
    return 8 if version < 10 else 16


def _codewords(data: bytes, version: int) -> bytes:
    """The text as bytes of the pattern: blocks with their checks, interleaved."""
    bits = f"0100{len(data):0{_length_bits(version)}b}" + "".join(f"{byte:08b}" for byte in data)
    whole = 8 * _kept(version)
    bits += "0" * min(4, whole - len(bits))
    bits += "0" * (-len(bits) % 8)
    told = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    told += bytes((0xEC, 0x11)[i % 2] for i in range(_kept(version) - len(told)))
    blocks = list(_blocks(told, version))
    checks = [_remainder(block, CHECKS[version]) for block in blocks]
    return bytes(_interleaved(blocks)) + bytes(_interleaved(checks))


def _blocks(told: bytes, version: int) -> Iterator[bytes]:
    """The first blocks are a byte shorter where the bytes do not divide evenly."""
    number = BLOCKS[version]
    short, start = len(told) // number, 0
    for i in range(number):
        end = start + short + (i >= number - len(told) % number)
        yield told[start:end]
        start = end


def _interleaved(blocks: list[bytes]) -> Iterator[int]:
    for i in range(max(map(len, blocks))):
        yield from (block[i] for block in blocks if i < len(block))


def _times(a: int, b: int) -> int:
    """A product in the field of 256 elements that Reed-Solomon computes in."""
    product = 0
    for i in reversed(range(8)):
        product = (product << 1) ^ ((product >> 7) * 0x11D)
        product ^= (b >> i & 1) * a
    return product


def _remainder(block: bytes, degree: int) -> bytes:
    """The check bytes of a block."""
    divisor, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        divisor = [_times(one, root) ^ after for one, after in zip(divisor, [*divisor[1:], 0], strict=True)]
        root = _times(root, 2)
    left = [0] * degree
    for byte in block:
        factor = byte ^ left[0]
        left = [one ^ _times(part, factor) for one, part in zip([*left[1:], 0], divisor, strict=True)]
    return bytes(left)


# The pattern -----------------------------------------------------------------------------


def _marks(version: int) -> tuple[Grid, Grid]:
    """The marks by which a reader finds its way, and which modules they take."""
    size = 17 + 4 * version
    grid, fixed = ([[0] * size for _ in range(size)] for _ in range(2))

    def put(x: int, y: int, dark: int) -> None:
        if 0 <= x < size and 0 <= y < size:
            grid[y][x], fixed[y][x] = dark, 1

    for i in range(size):
        put(i, 6, 1 - i % 2)
        put(6, i, 1 - i % 2)
    for cx, cy in ((3, 3), (size - 4, 3), (3, size - 4)):
        for dx in range(-4, 5):
            for dy in range(-4, 5):
                put(cx + dx, cy + dy, int(max(abs(dx), abs(dy)) not in (2, 4)))
    for cx, cy in _alignments(version, size):
        for dx in range(-2, 3):
            for dy in range(-2, 3):
                put(cx + dx, cy + dy, int(max(abs(dx), abs(dy)) != 1))
    for x, y, dark in (*_format(size, 0), *_version(version, size)):
        put(x, y, dark)
    return grid, fixed


def _alignments(version: int, size: int) -> Iterator[tuple[int, int]]:
    """Centres of the small marks; none where a big one stands."""
    if version == 1:
        return
    number = version // 7 + 2
    step = (version * 8 + number * 3 + 5) // (number * 4 - 4) * 2
    places = [6, *reversed([size - 7 - i * step for i in range(number - 1)])]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    yield from ((x, y) for x in places for y in places if (x, y) not in corners)


def _format(size: int, mask: int) -> Iterator[tuple[int, int, int]]:
    """Twice the same fifteen bits: error correction M, the mask, and their checks."""
    rest = mask  # error correction M is 00 in front of the mask
    for _ in range(10):
        rest = (rest << 1) ^ ((rest >> 9) * 0x537)
    told = (mask << 10 | rest) ^ 0x5412
    bits = [told >> i & 1 for i in range(15)]
    beside = [*((8, i) for i in range(6)), (8, 7), (8, 8), (7, 8), *((14 - i, 8) for i in range(9, 15))]
    apart = [*((size - 1 - i, 8) for i in range(8)), *((8, size - 15 + i) for i in range(8, 15))]
    for places in (beside, apart):
        yield from ((x, y, bit) for (x, y), bit in zip(places, bits, strict=True))
    yield 8, size - 8, 1


def _version(version: int, size: int) -> Iterator[tuple[int, int, int]]:
    """From version 7 on the version itself is told twice, with its checks."""
    if version < 7:
        return
    rest = version
    for _ in range(12):
        rest = (rest << 1) ^ ((rest >> 11) * 0x1F25)
    bits = version << 12 | rest
    for i in range(18):
        a, b = size - 11 + i % 3, i // 3
        yield a, b, bits >> i & 1
        yield b, a, bits >> i & 1


def _fill(grid: Grid, fixed: Grid, words: bytes) -> None:
    """Lay the bits in pairs of columns, from the right, up and down in turn."""
    size = len(grid)
    bits = iter([byte >> i & 1 for byte in words for i in reversed(range(8))])
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        upward = (right + 1) & 2 == 0
        for step in range(size):
            y = size - 1 - step if upward else step
            for x in (right, right - 1):
                if not fixed[y][x]:
                    grid[y][x] = next(bits, 0)


def _masked(grid: Grid, fixed: Grid, version: int, mask: int) -> Grid:
    """The pattern under a mask, with the mask told in it."""
    size, turns = len(grid), MASKS[mask]
    made = [
        [grid[y][x] ^ int(not fixed[y][x] and turns(x, y) == 0) for x in range(size)] for y in range(size)
    ]
    for x, y, dark in _format(size, mask):
        made[y][x] = dark
    return made


def _penalty(grid: Grid) -> int:
    """How much of a pattern could mislead a reader: long runs, blocks, false marks, too much of one colour."""
    size = len(grid)
    lines = ["".join(map(str, row)) for row in (*grid, *zip(*grid, strict=True))]
    runs = sum(n - 2 for line in lines for n in _lengths(line) if n >= 5)
    false = sum(line.count(mark) for line in lines for mark in ("10111010000", "00001011101"))
    blocks = sum(
        grid[y][x] == grid[y][x + 1] == grid[y + 1][x] == grid[y + 1][x + 1]
        for y in range(size - 1) for x in range(size - 1)
    )  # fmt: skip
    dark = sum(map(sum, grid))
    return runs + 3 * blocks + 40 * false + 10 * (abs(20 * dark - 10 * size * size) // (size * size))


def _lengths(line: str) -> Iterator[int]:
    for part in line.replace("01", "0 1").replace("10", "1 0").split():
        yield len(part)
