"""Charts on paper, drawn straight onto the page: a tenth of a packet's time less than WeasyPrint's SVG takes.

WeasyPrint styles, boxes and interprets every node of an SVG as if it could be anything. Our charts are seven kinds of
shape with presentation attributes, so this painter knows these, and stops at anything else rather than leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from registry.documents.lettering import Lettering

SVG = "{http://www.w3.org/2000/svg}"
ROUND = 0.5523
"""How far the handles of a quarter of a circle reach, in radii."""
STEPS = re.compile(r"([MLlhvcz])([^MLlhvcz]*)")
NUMBERS = re.compile(r"-?(?:\d+\.\d+|\.\d+|\d+)")


class Drawing:
    """A chart as WeasyPrint wants an image to be: with a size, and able to draw itself."""

    def __init__(self, svg: Element, lettering: Lettering) -> None:
        self._svg, self._lettering = svg, lettering
        self._width, self._height = _number(svg, "width"), _number(svg, "height")
        self.title = svg.findtext(f"{SVG}title", "")

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[float, float, float]:
        return self._width, self._height, self._width / self._height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        stream.transform(a=width / self._width, d=height / self._height)
        for node in self._svg:
            kind = node.tag.removeprefix(SVG)
            if kind == "text":
                self._write(stream, node)
            elif kind != "title":
                _paint(stream, node, SHAPES[kind])

    def _write(self, stream: Any, node: Element) -> None:
        _colour(stream, node.attrib["fill"], 1)
        size, weight = (
            float(node.get("font-size", self._svg.get("font-size", 11))),
            node.get("font-weight", 400),
        )
        self._lettering.draw(
            stream, node.text or "", _number(node, "x"), _number(node, "y"), size, int(weight)
        )


def _paint(stream: Any, node: Element, outline: Callable[[Any, Element], None]) -> None:
    """Outline a shape, then fill it, stroke it, or both."""
    fill, stroke = node.get("fill", "none"), node.get("stroke", "none")
    if fill != "none":
        _colour(stream, fill, _number(node, "fill-opacity", 1))
    if stroke != "none":
        _colour(stream, stroke, 1, stroke=True)
        stream.set_line_width(_number(node, "stroke-width", 1))
        stream.set_line_join(1 if node.get("stroke-linejoin") == "round" else 0)
        stream.set_dash(tuple(float(n) for n in node.get("stroke-dasharray", "").split()), 0)
    outline(stream, node)
    _finish(stream, fill != "none", stroke != "none")


def _finish(stream: Any, filled: bool, stroked: bool) -> None:
    if filled and stroked:
        stream.fill_and_stroke()
    elif filled:
        stream.fill()
    elif stroked:
        stream.stroke()
    else:
        stream.end()


def _colour(stream: Any, name: str, opacity: float, stroke: bool = False) -> None:
    stream.set_color(_parsed(name, opacity), stroke=stroke)


@lru_cache(maxsize=64)
def _parsed(name: str, opacity: float) -> Any:
    from tinycss2.color5 import parse_color  # type: ignore[import-untyped]

    colour = parse_color(name)
    colour.alpha *= opacity
    return colour


def _rect(stream: Any, node: Element) -> None:
    x, y, width, height, r = (_number(node, name) for name in ("x", "y", "width", "height", "rx"))
    if not r:
        stream.rectangle(x, y, width, height)
        return
    right, bottom, k = x + width, y + height, r * (1 - ROUND)
    stream.move_to(x + r, y)
    stream.line_to(right - r, y)
    stream.curve_to(right - k, y, right, y + k, right, y + r)
    stream.line_to(right, bottom - r)
    stream.curve_to(right, bottom - k, right - k, bottom, right - r, bottom)
    stream.line_to(x + r, bottom)
    stream.curve_to(x + k, bottom, x, bottom - k, x, bottom - r)
    stream.line_to(x, y + r)
    stream.curve_to(x, y + k, x + k, y, x + r, y)
    stream.close()


def _circle(stream: Any, node: Element) -> None:
    x, y, r = (_number(node, name) for name in ("cx", "cy", "r"))
    k = r * ROUND
    stream.move_to(x + r, y)
    stream.curve_to(x + r, y + k, x + k, y + r, x, y + r)
    stream.curve_to(x - k, y + r, x - r, y + k, x - r, y)
    stream.curve_to(x - r, y - k, x - k, y - r, x, y - r)
    stream.curve_to(x + k, y - r, x + r, y - k, x + r, y)
    stream.close()


def _line(stream: Any, node: Element) -> None:
    stream.move_to(_number(node, "x1"), _number(node, "y1"))
    stream.line_to(_number(node, "x2"), _number(node, "y2"))


def _polyline(stream: Any, node: Element) -> None:
    first, *rest = (point.split(",") for point in node.attrib["points"].split())
    stream.move_to(*(float(n) for n in first))
    for point in rest:
        stream.line_to(*(float(n) for n in point))


def _path(stream: Any, node: Element) -> None:
    """Move, line, across, down, curve and close; a `translate` moves the whole."""
    left, top = (float(n) for n in NUMBERS.findall(node.get("transform", "")) or (0, 0))
    x, y = left, top
    for step, words in STEPS.findall(node.attrib["d"]):
        numbers = [float(n) for n in NUMBERS.findall(words)]
        if step == "z":
            stream.close()
        elif step == "M":
            x, y = left + numbers[0], top + numbers[1]
            stream.move_to(x, y)
        elif step == "c":
            x, y = _curves(stream, x, y, numbers)
        else:
            x, y = _lines(stream, step, x, y, numbers, (left, top))


def _lines(
    stream: Any, step: str, x: float, y: float, numbers: list[float], origin: tuple[float, float]
) -> tuple[float, float]:
    if step in "hv":
        pairs = [(n, 0.0) if step == "h" else (0.0, n) for n in numbers]
    else:
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    for dx, dy in pairs:
        x, y = (origin[0] + dx, origin[1] + dy) if step == "L" else (x + dx, y + dy)
        stream.line_to(x, y)
    return x, y


def _curves(stream: Any, x: float, y: float, numbers: list[float]) -> tuple[float, float]:
    for i in range(0, len(numbers), 6):
        places = [n + (y if j % 2 else x) for j, n in enumerate(numbers[i : i + 6])]
        stream.curve_to(*places)
        x, y = places[4:]
    return x, y


def _number(node: Element, name: str, otherwise: float = 0.0) -> float:
    return float(node.get(name, otherwise))


SHAPES: dict[str, Callable[[Any, Element], None]] = {
    "rect": _rect,
    "circle": _circle,
    "line": _line,
    "polyline": _polyline,
    "path": _path,
}
