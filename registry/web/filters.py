"""How values read on a page: dates, ages, signed numbers, hashed file names."""

import hashlib
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, url_for

from registry.clinical.conditions import condition_title, condition_words
from registry.clinical.dates import age_on, spell, spell_short
from registry.clinical.findings import Finding
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.languages import language_name
from registry.clinical.views import Standing, tags
from registry.clock import DEFAULT_ZONE
from registry.files import STATIC

PAYER_WORDS = {
    "medicaid_ffs": "Medicaid, fee for service", "medicaid_managed_care": "Medicaid managed care",
    "dual_medicare_medicaid": "Medicare and Medicaid", "child_health_plus": "Child Health Plus",
    "essential_plan": "Essential Plan", "medicare": "Medicare", "commercial": "Commercial",
    "self_pay": "Self-pay", "other": "Other",
}  # fmt: skip
MINUS = "\N{MINUS SIGN}"


def hang_up(app: Flask) -> None:
    app.jinja_env.filters.update(day=day, short_day=short_day, moment=moment, signed=signed, age=age)
    app.jinja_env.filters.update(
        language_name=language_name,
        row_tags=row_tags,
        said=said,
        instrument_title=instrument_title,
        payer=payer,
    )
    app.jinja_env.filters.update(condition_title=condition_title, condition_words=condition_words)
    app.jinja_env.globals.update(static_url=static_url)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def day(value: date | None, missing: str = "not recorded") -> str:
    """'Nov 14, 2026'."""
    return spell(value) if value else missing


def short_day(value: date | None, missing: str = "") -> str:
    """'Nov 14'; beside a year that is plain from the page."""
    return spell_short(value) if value else missing


def moment(value: datetime | None, missing: str = "never") -> str:
    """'Nov 14, 2026 16:50' where the viewer works."""
    if value is None:
        return missing
    local = value.astimezone(ZoneInfo(g.get("zone", DEFAULT_ZONE)))
    return f"{day(local.date())} {local:%H:%M}"


def signed(value: float | None, unit: str = "") -> str:
    """'+5%', a true minus sign, '0%'."""
    if value is None:
        return ""
    sign = MINUS if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(round(value))}{unit}"


def age(born: date, today: date) -> int | str:
    """Completed years; nothing on a day before the birth."""
    return "" if today < born else age_on(born, today) or 0


def instrument_title(name: str) -> str:
    """'PHQ-9' for 'phq9'."""
    return INSTRUMENTS[name].title if name in INSTRUMENTS else name


def payer(code: str) -> str:
    """'Medicaid, fee for service' for 'medicaid_ffs'; an imported code that nobody knows is told as it is."""
    return PAYER_WORDS.get(code, code.replace("_", " ").capitalize())


def said(value: Any) -> str:
    """A stored value as a person reads it: 'empty', 'yes', 'kind: start; dose mg: 50', '2, 3, not asked'."""
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {said(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join("not asked" if one is None else said(one) for one in value) or "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "empty" if value is None or value == "" else str(value)


def row_tags(standing: Standing) -> tuple[Finding, ...]:
    """At most three findings that stand for the tags of a row or a head."""
    return tags(standing.findings)


def static_url(path: str) -> str:
    """The address of a static file with its hash, so that a browser may keep it for ever."""
    return url_for("static", filename=path, v=_digest(path))


@cache
def _digest(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
