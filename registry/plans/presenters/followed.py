"""What a patient notes down, in the words of their own paper."""

from collections.abc import Iterator, Sequence

from registry.clinical.plan_labels import Labels
from registry.clinical.trackers import KINDS, SLEEP, Tracked
from registry.documents.sheets import Block


def block(trackers: Sequence[Tracked], words: Labels) -> Iterator[Block]:
    """What the patient notes down, from the first day to the last; nights by their average."""
    lines = tuple(_tracker(one, words) for one in trackers)
    if lines:
        yield Block(words.word("progress", "followed"), lines)


def _tracker(one: Tracked, words: Labels) -> str:
    return f"{one.title}: {_went(one, words)}{_aim(one, words)}"


def _went(one: Tracked, words: Labels) -> str:
    if not one.days:
        return words.word("tracker", "none")
    (first_on, first), (last_on, last) = one.days[0], one.days[-1]
    told = {"last": _amount(one.kind, last, words), "last_on": words.day(last_on)}
    if one.kind == SLEEP and one.mean is not None:
        mean = _amount(one.kind, one.mean, words)
        return words.word("tracker", "average", nights=len(one.recent), mean=mean, last_on=told["last_on"])
    if first_on == last_on:
        return words.word("tracker", "one", **told)
    return words.word(
        "tracker", "went", first=_amount(one.kind, first, words), first_on=words.day(first_on), **told
    )


def _aim(one: Tracked, words: Labels) -> str:
    """What the patient wants, and to which side."""
    if one.target is None:
        return ""
    side = "aim_up" if KINDS[one.kind].more_is_better else "aim_down"
    return " " + words.word("tracker", side, target=f"{one.target:g}")


def _amount(kind: str, value: float, words: Labels) -> str:
    return words.word("amount", f"{kind}_one" if value == 1 else kind, value=f"{value:g}")
