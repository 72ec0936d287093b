"""The code on a fax-back sheet: short enough to type, without letters that look alike, and with a check at its end."""

import secrets
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs, a prime: the check finds every wrong sign and every two that changed places. No 0, O, 1, I, L."""
LENGTH = 8
MOST_WRONG = 10
"""So many wrong codes end a link."""


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Seven random signs and their check: 27 thousand million codes."""
    signs = "".join(choose(ALPHABET) for _ in range(LENGTH - 1))
    return signs + _check(signs)


def spelled(code: str) -> str:
    """'K7QM-2X9D', as it is printed."""
    return f"{code[:4]}-{code[4:]}"


def read(typed: str) -> str | None:
    """The code that somebody typed, whatever its case, blanks and dashes; None where the check fails."""
    signs = typed.upper().replace("-", "").replace(" ", "")
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return signs if _check(signs[:-1]) == signs[-1] else None


def _check(signs: str) -> str:
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, 1))
    return ALPHABET[total % len(ALPHABET)]
