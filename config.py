"""Settings, from environment variables alone; README.md has the table."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

INSTANCE = Path(__file__).resolve().parent / "instance"


class BadSetting(SystemExit):
    """A setting that the registry refuses to start with; the message says what to do."""


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings of `create_app`; a missing secret is an error, except where a file of `bin/run` holds it."""
    production = environ.get("REGISTRY_ENV", "local") == "production"
    hosts = [host for host in environ.get("REGISTRY_TRUSTED_HOSTS", "").split(",") if host]
    if production and not hosts:
        raise BadSetting(
            "REGISTRY_TRUSTED_HOSTS is empty: name the hosts that this registry is served under."
        )
    return {
        "PRODUCTION": production,
        "SECRET_KEY": secret(environ, "REGISTRY_SECRET_KEY", "secret_key"),
        "DATABASE_URL": environ.get("DATABASE_URL", f"sqlite:///{INSTANCE / 'registry.db'}"),
        "DATABASE_KEY": secret(environ, "REGISTRY_DATABASE_KEY", "keys/database.key"),
        "AUDIT_KEYS": audit_keys(environ),
        "TRUSTED_HOSTS": hosts or ["localhost", "127.0.0.1", "[::1]"],
        "PROXIES": proxies(environ),
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_NAME": "__Host-registry" if production else "registry",
        "IDLE": timedelta(minutes=int(environ.get("REGISTRY_IDLE_MINUTES", "15"))),
        "SMTP_URL": environ.get("REGISTRY_SMTP_URL", ""),
        "MAIL_FROM": environ.get("REGISTRY_MAIL_FROM", "registry@localhost"),
        "BASE_URL": environ.get("REGISTRY_BASE_URL", "http://127.0.0.1:8000"),
        "REPLY_LASTS": timedelta(days=int(environ.get("REGISTRY_REPLY_DAYS", "14"))),
    }


def proxies(environ: Mapping[str, str]) -> int:
    """How many proxies stand in front, each of which adds whom it heard to X-Forwarded-For."""
    given = environ.get("REGISTRY_PROXIES", "0")
    if not (given.isascii() and given.isdigit()):
        raise BadSetting("REGISTRY_PROXIES is the number of proxies in front of the registry: 0, 1, 2 ...")
    return int(given)


def secret(environ: Mapping[str, str], name: str, file: str) -> str:
    """A secret from NAME, from the file that NAME_FILE points to, or from the instance folder."""
    if name in environ:
        return environ[name]
    path = Path(environ.get(f"{name}_FILE", INSTANCE / file))
    if not path.is_file():
        raise BadSetting(
            f"{name} is not set and {path} does not exist: run bin/run once, or set {name}_FILE."
        )
    return path.read_text().strip()


def audit_keys(environ: Mapping[str, str]) -> dict[str, bytes]:
    """The keys of the audit chain by id, oldest first: 'id:key' lines, or one bare key called '1'."""
    lines = secret(environ, "REGISTRY_AUDIT_KEY", "keys/audit.key").split()
    pairs = (line.split(":", 1) if ":" in line else ("1", line) for line in lines)
    return {name: key.encode() for name, key in pairs}
