# What pip cannot install: Pango, which WeasyPrint draws text with, and a Chromium for the browser tests.
# Installed where that needs no password, otherwise named. Sourced after environment.sh.

PANGO_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

pango_loads() { "$PYTHON_IN_VENV" -W ignore -c 'import weasyprint' >/dev/null 2>&1; }

name_pango() {
  say "PDF pages are off: WeasyPrint needs Pango, which is not on this machine. Everything else works. To add it:"
  if [ "$(uname -s)" = Darwin ]; then
    say "  brew install pango"
  else
    say "  sudo apt-get install $PANGO_PACKAGES"
  fi
}

install_pango() {
  if [ "$(uname -s)" = Darwin ]; then
    command -v brew >/dev/null 2>&1 && brew install --quiet pango >&2
  else
    # shellcheck disable=SC2086
    apt_install $PANGO_PACKAGES
  fi
}

# Tries to install once for each lock; later runs only look, so that a machine without Pango still starts fast.
ensure_pango() {
  local found="$VENV/.pango-found" tried="$VENV/.pango-tried"
  [ -e "$found" ] && return
  if ! pango_loads && [ ! -e "$tried" ]; then
    : >"$tried"
    install_pango
  fi
  if pango_loads; then : >"$found"; else name_pango; fi
  return 0
}

# Prints the path of a Chromium or Chrome; REGISTRY_CHROMIUM names one that lies elsewhere.
find_chromium() {
  local candidate
  for candidate in "${REGISTRY_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [ -n "$candidate" ] && chromium_answers "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Ubuntu's chromium-browser can be an empty wrapper that only names a snap, so the name alone is no proof.
chromium_answers() {
  command -v "$1" >/dev/null 2>&1 && "$1" --version >/dev/null 2>&1
}

install_chromium() {
  if [ "$(uname -s)" = Darwin ]; then
    command -v brew >/dev/null 2>&1 && brew install --quiet --cask chromium >&2
  else
    apt_install chromium
  fi
}

# Exports REGISTRY_CHROMIUM for the browser tests. Under CI a missing browser is left for them to fail on.
ensure_chromium() {
  local path
  path="$(find_chromium)" || { install_chromium && path="$(find_chromium)"; }
  if [ -n "$path" ]; then
    export REGISTRY_CHROMIUM="$path"
    return
  fi
  say "No Chromium was found and none could be installed: the browser tests cannot run."
  say "  Debian: sudo apt-get install chromium    macOS: brew install --cask chromium"
  say "  or name one that is there: REGISTRY_CHROMIUM=/path/to/chrome bin/test"
}
