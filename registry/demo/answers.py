"""Answers that add up: items of a form for a wanted total."""

from collections.abc import Sequence
from random import Random

PHQ9_LIKELY = (3, 4, 4, 4, 2, 3, 3, 1)
"""How readily each of the first eight items is scored: sleep and energy first, slowness last."""
GAD7_LIKELY = (4, 3, 4, 3, 2, 3, 2)
PCL5_LIKELY = (3, 4, 1, 3, 2, 3, 3, 1, 2, 2, 3, 3, 3, 2, 2, 1, 3, 2, 3, 4)


def phq9(rng: Random, total: int, item9: int) -> list[int]:
    """Nine answers with this total and this ninth answer, or the nearest to it that the total allows."""
    last = min(item9, total)
    last = max(last, total - 24)
    return [*spread(rng, total - last, PHQ9_LIKELY), last]


def gad7(rng: Random, total: int) -> list[int]:
    return spread(rng, total, GAD7_LIKELY)


def pcl5(rng: Random, total: int) -> list[int]:
    """Twenty answers from 0 to 4."""
    return spread(rng, total, PCL5_LIKELY, 4)


def spread(rng: Random, total: int, likely: Sequence[int], highest: int = 3) -> list[int]:
    """Put points one by one on items that still have room."""
    answers = [0] * len(likely)
    for _ in range(total):
        room = [n for n, answer in enumerate(answers) if answer < highest]
        answers[rng.choices(room, [likely[n] for n in room])[0]] += 1
    return answers
