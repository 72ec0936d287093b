"""The settings of an app under test: as from an empty environment, with cheap passwords and no CSRF tokens."""

from typing import Any

from config import from_environment

KEYS = {"REGISTRY_SECRET_KEY": "a" * 64, "REGISTRY_DATABASE_KEY": "", "REGISTRY_AUDIT_KEY": "1:" + "b" * 64}
CHEAP_HASH = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


def settings(database_url: str, **changes: Any) -> dict[str, Any]:
    """What `create_app` takes; `changes` are laid over it."""
    return {
        **from_environment({**KEYS, "DATABASE_URL": database_url}),
        "TESTING": True,
        "WTF_CSRF_ENABLED": False,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP_HASH,
        **changes,
    }
