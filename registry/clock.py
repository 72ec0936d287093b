"""What time it is: the only file that asks. Everybody else is told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "America/New_York"


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str = DEFAULT_ZONE, at: datetime | None = None) -> date:
    """The calendar day of a clinic's time zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()
