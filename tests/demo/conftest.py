"""The rows of the demo, made once for all of its tests."""

from datetime import date

import pytest

from registry.demo.load import generate
from registry.demo.rows import Rows

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def rows() -> Rows:
    return generate(TODAY, "hash", seed=1)
