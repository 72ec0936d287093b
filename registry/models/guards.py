"""Triggers that the database itself keeps: the audit trail and signed notes are only ever added to.

Declared here once and re-applied after every migration, because a batch alter on SQLite drops them.
"""

from sqlalchemy import Connection, inspect, text

SQLITE = {
    "audit_event_no_update": "BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "audit_event_no_delete": "BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "audit_event_in_order": (
        "BEFORE INSERT ON audit_event WHEN NEW.seq IS NOT "
        "(SELECT seq + 1 FROM audit_head WHERE org_id = NEW.org_id) "
        "BEGIN SELECT RAISE(ABORT, 'audit row out of order'); END"
    ),
    "audit_patient_no_update": (
        "BEFORE UPDATE ON audit_patient BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    ),
    "audit_patient_no_delete": (
        "BEFORE DELETE ON audit_patient BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    ),
    "audit_head_by_one": (
        "BEFORE UPDATE ON audit_head WHEN NEW.seq IS NOT OLD.seq + 1 OR NEW.org_id IS NOT OLD.org_id "
        "BEGIN SELECT RAISE(ABORT, 'audit head moves by one'); END"
    ),
    "audit_head_no_delete": "BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "review_signed_no_update": (
        "BEFORE UPDATE ON review WHEN OLD.signed_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a signed note is amended, never edited'); END"
    ),
    "review_signed_no_delete": (
        "BEFORE DELETE ON review WHEN OLD.signed_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a signed note is amended, never deleted'); END"
    ),
    "recommendation_signed_no_update": (
        "BEFORE UPDATE ON recommendation WHEN (SELECT signed_at FROM review WHERE org_id = OLD.org_id "
        "AND id = OLD.review_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a signed note is amended, never edited'); END"
    ),
    "recommendation_signed_no_delete": (
        "BEFORE DELETE ON recommendation WHEN (SELECT signed_at FROM review WHERE org_id = OLD.org_id "
        "AND id = OLD.review_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a signed note is amended, never edited'); END"
    ),
}  # fmt: skip

_REFUSE = """
CREATE OR REPLACE FUNCTION registry_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
"""
_IN_ORDER = """
CREATE OR REPLACE FUNCTION registry_audit_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT seq + 1 FROM audit_head WHERE org_id = NEW.org_id) THEN
    RAISE EXCEPTION 'audit row out of order';
  END IF; RETURN NEW; END $$
"""
_SIGNED = """
CREATE OR REPLACE FUNCTION registry_recommendation_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (SELECT signed_at FROM review WHERE org_id = OLD.org_id AND id = OLD.review_id) IS NOT NULL THEN
    RAISE EXCEPTION 'a signed note is amended, never edited';
  END IF; RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END $$
"""

POSTGRESQL = {
    "audit_event_append": (
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event FOR EACH STATEMENT "
        "EXECUTE FUNCTION registry_refuse('audit is append-only')"
    ),
    "audit_event_in_order": (
        "BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION registry_audit_in_order()"
    ),
    "audit_patient_append": (
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_patient FOR EACH STATEMENT "
        "EXECUTE FUNCTION registry_refuse('audit is append-only')"
    ),
    "audit_head_by_one": (
        "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.seq IS DISTINCT FROM OLD.seq + 1 "
        "OR NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION registry_refuse('audit head moves by one')"
    ),
    "audit_head_no_delete": (
        "BEFORE DELETE OR TRUNCATE ON audit_head FOR EACH STATEMENT "
        "EXECUTE FUNCTION registry_refuse('audit is append-only')"
    ),
    "review_signed": (
        "BEFORE UPDATE OR DELETE ON review FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) "
        "EXECUTE FUNCTION registry_refuse('a signed note is amended, never edited')"
    ),
    "recommendation_signed": (
        "BEFORE UPDATE OR DELETE ON recommendation FOR EACH ROW EXECUTE FUNCTION registry_recommendation_signed()"
    ),
}  # fmt: skip


def install(connection: Connection) -> None:
    """Create every guard anew on the tables that there are; safe to run again."""
    tables = set(inspect(connection).get_table_names())
    if connection.dialect.name != "sqlite":
        for function in (_REFUSE, _IN_ORDER, _SIGNED) if tables else ():
            connection.execute(text(function))
    for name, body in _declared(connection).items():
        table = body.split(" ON ", 1)[1].split(" ", 1)[0]
        if table in tables:
            on_table = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on_table}"))
            connection.execute(text(f"CREATE TRIGGER {name} {body}"))


def missing(connection: Connection) -> set[str]:
    """The guards that the database should have and has not."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    found = connection.execute(text(sqlite if connection.dialect.name == "sqlite" else postgresql)).scalars()
    return set(_declared(connection)) - set(found)


def _declared(connection: Connection) -> dict[str, str]:
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
