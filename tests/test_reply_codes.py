"""The code on a fax-back sheet survives a hurried hand, and a wrong one is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from registry.reply_codes import ALPHABET, LENGTH, new_code, read, spelled

codes = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda signs: next(code for sign in ALPHABET if (code := read(signs + sign)))
)


@given(codes)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    assert read(f" {spelled(code).lower()} ") == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(code: str, place: int, sign: str) -> None:
    typed = code[:place] + sign + code[place + 1 :]
    assert (read(typed) == code) is (typed == code)
    assert typed == code or read(typed) is None


@given(codes, st.integers(0, LENGTH - 2))
def test_two_signs_that_changed_places_are_noticed(code: str, place: int) -> None:
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert typed == code or read(typed) is None


def test_what_is_no_code_is_none() -> None:
    assert [read(typed) for typed in ("", "K7QM", "O0O0-O0O0", "K7QM-2X9D-2", "<script>")] == [None] * 5


def test_new_codes_can_be_read_and_differ() -> None:
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(read(code) == code for code in made)
