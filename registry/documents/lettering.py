"""Words in a chart: shaped once and drawn wherever they come again, for most of a packet's axes say the same."""

from __future__ import annotations

from typing import Any

MOST = 500
"""Words kept shaped; beyond that the store starts anew."""


class Lettering:
    """Draws words by their left end and baseline; it lives as long as the fonts that it was made with."""

    def __init__(self, fonts: Any) -> None:
        self._fonts = fonts
        self._shaped: dict[tuple[str, float, int], Any] = {}

    def draw(self, stream: Any, words: str, x: float, y: float, size: float, weight: int) -> None:
        from weasyprint.draw.text import draw_first_line
        from weasyprint.matrix import Matrix

        stream.begin_text()
        box = self._box(words, size, weight)
        draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
        stream.end_text()

    def _box(self, words: str, size: float, weight: int) -> Any:
        key = (words, size, weight)
        if key not in self._shaped:
            if len(self._shaped) >= MOST:
                self._shaped.clear()
            self._shaped[key] = self._shape(*key)
        return self._shaped[key]

    def _shape(self, words: str, size: float, weight: int) -> Any:
        from weasyprint.svg.text import TextBox
        from weasyprint.text.line_break import Layout

        style = self._style(size, weight)
        layout = Layout(style)
        layout.set_text(words)
        return TextBox(layout, style)

    def _style(self, size: float, weight: int) -> Any:
        from weasyprint.css.properties import INITIAL_VALUES
        from weasyprint.svg.text import Style

        style = Style(INITIAL_VALUES)
        style.font_config = self._fonts
        style.update(font_family=["Source Sans 3"], font_weight=weight, font_size=size)
        return style


def keep_lines_shaped(line_break: Any) -> None:
    """Have WeasyPrint keep each line of text as it was laid out: it forgets the line, and shapes it anew to draw it.

    A line that is to be justified is still shaped anew; and so is one with a break inside, where drawing differs.
    """
    kept = line_break.Layout
    if getattr(kept, "keeps_lines", False):
        return
    set_text, reactivate, single = kept.set_text, kept.reactivate, line_break.pango

    def set_text_once(layout: Any, text: str, justify: bool = False) -> None:
        single.pango_layout_set_single_paragraph_mode(layout.layout, "\n" not in text)
        set_text(layout, text, justify)

    def reactivate_justified(layout: Any, style: Any) -> None:
        if layout.justification_spacing:
            reactivate(layout, style)

    kept.keeps_lines, kept.set_text = True, set_text_once
    kept.deactivate, kept.reactivate = (lambda layout: None), reactivate_justified
