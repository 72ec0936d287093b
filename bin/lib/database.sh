# The project's own database, its keys and the demo clinic, under instance/. Sourced after environment.sh.
# Each step leaves a stamp of what it worked from, and is skipped while that stays the same.

INSTANCE="$ROOT/instance"
STAMPS="$INSTANCE/stamps"

# Runs a flask command on the project's application, from any folder and with none of its files in the way.
flask_command() { FLASK_APP="$ROOT/wsgi.py" FLASK_SKIP_DOTENV=1 "$PYTHON_IN_VENV" -P -m flask "$@"; }

stamped() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$STAMPS/$1"; }

ensure_instance() {
  [ -d "$STAMPS" ] || (umask 077 && mkdir -p "$INSTANCE/keys" "$STAMPS") || fail "$INSTANCE cannot be written"
  if [ ! -e "$INSTANCE/keys/database.key" ] && ls "$INSTANCE"/*.db >/dev/null 2>&1; then
    fail "instance/ holds a database and no instance/keys/database.key. Put its key back; a new one could not open it."
  fi
  write_key "$INSTANCE/secret_key"
  write_key "$INSTANCE/keys/database.key"
  write_key "$INSTANCE/keys/audit.key"
}

# 256 random bits as 64 hex digits, readable by the owner alone; a key that exists is never replaced.
write_key() {
  [ -s "$1" ] && return
  (umask 077 && set -C && "$PYTHON_IN_VENV" -c 'import secrets; print(secrets.token_hex(32))' >"$1") 2>/dev/null
  [ -s "$1" ] || fail "the key $1 could not be written"
}

# What the schema is made from, and which database it is made in.
schema_state() {
  printf '%s %s\n' "$(checksum "$ROOT"/migrations/versions/*.py)" "$(printf '%s' "${DATABASE_URL:-}" | cksum)"
}

ensure_schema() {
  local state
  state="$(schema_state)"
  if [ -n "${DATABASE_URL:-}" ] || ls "$INSTANCE"/*.db >/dev/null 2>&1; then
    stamped schema "$state" && return
  fi
  say "Bringing the database up to date ..."
  (umask 077 && flask_command db upgrade) >"$INSTANCE/upgrade.log" 2>&1 || {
    cat "$INSTANCE/upgrade.log" >&2
    fail "the database could not be brought up to date"
  }
  rm -f "$STAMPS/demo"
  stamp schema "$state"
}

# The demo clinic has known passwords: by itself it goes into the project's own database only.
demo_wanted() {
  [ "${REGISTRY_DEMO:-}" = 1 ] || { [ -z "${REGISTRY_DEMO:-}" ] && [ -z "${DATABASE_URL:-}" ]; }
}

ensure_demo() {
  local state
  state="$(schema_state)"
  demo_wanted || return 0
  stamped demo "$state" && [ -s "$INSTANCE/demo-accounts.txt" ] && return
  say "Loading the demo clinic (half a minute, the first time only) ..."
  flask_command demo load --if-empty >&2 || fail "the demo clinic could not be loaded"
  (umask 077 && flask_command demo accounts >"$INSTANCE/demo-accounts.txt") || fail "the demo sign-ins could not be listed"
  stamp demo "$state"
}
