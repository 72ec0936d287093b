"""Measuring: medians of wall and CPU time, statements, memory, and a figure with its limit."""

import re
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Engine, event

TIMES = 30


@dataclass(frozen=True)
class Figure:
    """One measured figure, what it is held against, and what it was made from."""

    name: str
    value: str
    limit: str
    holds: bool | None
    """None where nothing was measured; `sides` then says why."""
    sides: str = ""


def at_most(name: str, value: float, limit: float, unit: str, sides: str = "") -> Figure:
    return Figure(name, f"{value:,.3g} {unit}".strip(), f"≤ {limit:g} {unit}".strip(), value <= limit, sides)


def at_least(name: str, value: float, limit: float, unit: str, sides: str = "") -> Figure:
    return Figure(name, f"{value:,.0f} {unit}", f"≥ {limit:,.0f} {unit}", value >= limit, sides)


def missing(name: str, why: str) -> Figure:
    return Figure(name, "not measured", "", None, why)


def medians(*acts: Callable[[], Any], times: int = TIMES) -> list[float]:
    """Median seconds of each act by the clock on the wall; they take turns, so that a busy machine slows all alike."""
    for act in acts:
        act()
    spent: list[list[float]] = [[] for _ in acts]
    for _ in range(times):
        for act, found in zip(acts, spent, strict=True):
            begun = perf_counter()
            act()
            found.append(perf_counter() - begun)
    return [statistics.median(found) for found in spent]


def median_cpu(act: Callable[[], Any], times: int = TIMES) -> float:
    """Median seconds of this process's CPU, after one run that does not count."""
    act()
    spent = []
    for _ in range(times):
        begun = process_time()
        act()
        spent.append(process_time() - begun)
    return statistics.median(spent)


def peak_memory() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would tell of the process that started this one, too
        peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if peak:
            return int(peak.group(1)) / 2**10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent while the block runs; BEGIN and COMMIT are not among them."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
