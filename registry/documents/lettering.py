"""Text of charts drawn a string at a time; WeasyPrint sets it letter by letter, which is a quarter of a page's writing.

Our charts place every text by its left end and its baseline, so nothing of what the long way can do is needed.
"""

from __future__ import annotations

from math import inf
from typing import Any


def draw_strings_whole(weasyprint_svg: Any) -> None:
    """Teach WeasyPrint's SVG to draw each ``<text>`` in one go, at one place, starting there."""
    weasyprint_svg.TAGS["text"] = _draw


def _draw(svg: Any, node: Any, font_size: float) -> None:
    if not node.text:
        return
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import split_first_line

    style = _style(svg, node, font_size)
    layout, _, _, _, _, baseline = split_first_line(node.text, style, svg.context, inf, 0)
    svg.stream.push_state()
    fill, stroke = svg.set_graphical_state(node, font_size)
    svg.stream.begin_text()
    layout.reactivate(style)
    svg.fill_stroke(fill, stroke, text=True)
    box = TextBox(layout, style)
    box.baseline = baseline
    draw_first_line(
        svg.stream, box, "none", "none", Matrix(d=-1, e=float(node.get("x", 0)), f=float(node.get("y", 0)))
    )
    svg.stream.end_text()
    svg.stream.pop_state()


def _style(svg: Any, node: Any, font_size: float) -> Any:
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.svg.text import Style

    style = Style(INITIAL_VALUES)
    style.font_config = svg.font_config
    style["font_family"] = [node.get("font-family", "sans-serif")]
    style["font_weight"] = int(node.get("font-weight", 400))
    style["font_size"] = font_size
    return style
