# The project's own Python environment in .venv, made from the hash-pinned locks.
# Sourced by the commands in bin/; written for bash 3.2, so that macOS runs it too.

unset CDPATH
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
VENV="$ROOT/.venv"
PYTHON_IN_VENV="$VENV/bin/python"
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

checksum() { cat "$@" | cksum; }

# Prints the command of a Python that the locks were made for; newer ones only where nothing else is found.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    if [ -n "$candidate" ] && python_within "$candidate" '(3, 11) <= v < (3, 15)'; then
      command -v "$candidate"
      return
    fi
  done
  python_within python3 'v >= (3, 11)' && command -v python3
}

python_within() {
  "$1" -c "import sys; v = sys.version_info[:2]; sys.exit(not ($2))" 2>/dev/null
}

# Runs a command as root where that needs no password, and says no otherwise.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# Installs Debian or Ubuntu packages without a question; fails where there is no apt-get or no way to be root.
apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  as_root true || return 1
  say "Installing $* with apt-get ..."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1
}

# Debian keeps the half of Python that makes environments in a package of its own.
ensure_venv_module() {
  local python="$1" version package
  "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  package="python$version-venv"
  apt_install "$package" && "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  fail "$python cannot make a virtual environment. Run:  sudo apt-get install $package"
}

make_venv() {
  local python
  python="$(find_python)" || fail "Python 3.11 or newer is needed and was not found. Install it, or name it: PYTHON=/path/to/python3.11"
  ensure_venv_module "$python"
  say "Making the virtual environment in .venv ..."
  "$python" -m venv --clear "$VENV" || fail "the virtual environment could not be made in $VENV"
}

# ensure_environment requirements.txt: .venv holds exactly what the lock names; nothing to do when it already does.
# The lock is whole, so pip follows no dependency: an older pip would take the newest release of one that is asked for
# with an extra, and refuse it because it is not the one that is pinned.
ensure_environment() {
  local lock="$1" stamp="$VENV/.installed-$1" wanted
  wanted="$(checksum "$ROOT/$lock")"
  [ -x "$PYTHON_IN_VENV" ] || make_venv
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  say "Installing the packages of $lock (the first time takes a minute) ..."
  "$PYTHON_IN_VENV" -m pip install -qq --no-deps --require-hashes -r "$ROOT/$lock" ||
    fail "the packages of $lock could not be installed; what pip says stands above"
  printf '%s\n' "$wanted" >"$stamp"
}

# The development lock holds every package of the other one, at the same version.
ensure_development_environment() {
  ensure_environment requirements-dev.txt
  checksum "$ROOT/requirements.txt" >"$VENV/.installed-requirements.txt"
}

# Where Homebrew keeps libraries, a Python from python.org does not look by itself.
let_python_find_homebrew() {
  [ "$(uname -s)" = Darwin ] || return 0
  export DYLD_FALLBACK_LIBRARY_PATH="/opt/homebrew/lib:/usr/local/lib:/usr/lib${DYLD_FALLBACK_LIBRARY_PATH:+:$DYLD_FALLBACK_LIBRARY_PATH}"
}
let_python_find_homebrew
