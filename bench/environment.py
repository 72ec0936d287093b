"""On what the figures were measured."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def lines() -> list[str]:
    """Processor, Python, database and PDF engine."""
    import sqlcipher3.dbapi2 as sqlcipher

    return [
        f"CPU         {_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        f"Python      {platform.python_version()} on {platform.system()} {platform.release()}",
        f"SQLite      {sqlcipher.sqlite_version}, sqlcipher3 {_version('sqlcipher3')}, encrypted, WAL, FULL",
        f"Libraries   SQLAlchemy {_version('sqlalchemy')}, Flask {_version('flask')}, WeasyPrint {_version('weasyprint')}",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
