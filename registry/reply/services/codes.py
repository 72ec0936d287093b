"""The code that opens a link: kept as a hash, compared as slowly for a link that never was as for one that is."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS = _hasher.hash("the code of no link")
"""What a guess is compared with where there is no link: every guess costs the same time."""


def hashed(code: str) -> str:
    """What is kept of a code."""
    return _hasher.hash(plain(code))


def plain(typed: str) -> str:
    """A code as it is compared: whatever its case, blanks and dashes."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def fits(typed: str, kept: str) -> bool:
    """Whether a typed code is the kept one; takes as long either way."""
    try:
        return _hasher.verify(kept, plain(typed))
    except (VerificationError, InvalidHashError):
        return False
