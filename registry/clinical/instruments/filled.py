"""A form as somebody filled it in: the answers, or a total that was read elsewhere."""

from dataclasses import dataclass

from registry.clinical.instruments.kinds import Instrument
from registry.clinical.instruments.scoring import Scored, score, score_total


@dataclass(frozen=True, slots=True)
class Filled:
    """Answers in order, None where not asked or declined; or a total and where it was read, with what stood beside it."""

    instrument: Instrument
    items: tuple[int | None, ...] | None
    total: int | None = None
    declined: tuple[int, ...] = ()  # numbers of the declined items, counted from 1
    source_note: str = ""
    form_version: str = ""
    language: str = ""  # of the text from which the answers were taken; empty where no text was shown
    extras: tuple[
        tuple[str, int], ...
    ] = ()  # what was asked beside the items, by key; the rest was not asked

    def scored(self) -> Scored:
        """The form after scoring; an answer that does not exist raises `ScoreError`."""
        if self.total is not None:
            return score_total(self.instrument, self.total, self.items)
        assert self.items is not None, "a form without a total has answers"
        return score(self.instrument, self.items)
