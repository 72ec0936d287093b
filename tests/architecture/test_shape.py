"""What may be written where, read off the source itself."""

import re

from tests.architecture.source import at, calls, modules, refuse, templates

ASKS_THE_TIME = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)|func\.now)$"
)
COMMITS = re.compile(r"(^|\.)commit$")
REACHES_THE_DATABASE = re.compile(r"(^|\.)(db|session)\.|(^|\.)(execute|scalars?)$")
FORM_OR_PRESENTER = re.compile(r"/(forms|presenters)(/\w+)?\.py$")
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false")
STYLE_ATTRIBUTE = re.compile(r"<[^>]*\sstyle\s*=")
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\ssrc=)|<[^>]*\son[a-z]+\s*=\s*[\"']|=\s*[\"']javascript:", re.IGNORECASE
)
FROM_ELSEWHERE = re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//")


def test_only_the_clock_asks_the_time() -> None:
    found = [f"{where} {name}()" for path in modules("clock.py") for where, name in calls(path)
             if ASKS_THE_TIME.search(name)]  # fmt: skip
    refuse(found, "Take `today` or `now` as an argument; a view, job or command gets it from registry.clock.")


def test_only_the_edges_commit() -> None:
    found = [f"{where} {name}()" for path in modules("web", "jobs", "demo", "cli") for where, name in calls(path)
             if COMMITS.search(name)]  # fmt: skip
    refuse(
        found,
        "Services flush and never commit: the request's transaction, the job or the command commits once.",
    )


def test_forms_and_presenters_never_reach_the_database() -> None:
    found = [f"{where} {name}()" for path in modules("web", "demo", "jobs", "cli")
             if FORM_OR_PRESENTER.search(path.as_posix()) for where, name in calls(path) if REACHES_THE_DATABASE.search(name)]  # fmt: skip
    refuse(found, "Let the view ask a query, and hand the choices or the facts to the form or presenter.")


def test_markup_is_made_in_one_place() -> None:
    allowed = ("charts", "charts.py", "web/filters.py")
    found = [where for path in modules(*allowed) for where, name in calls(path)
             if name.rsplit(".", 1)[-1] == "Markup"]  # fmt: skip
    refuse(
        found, "Return plain text and let the template escape it; drawn charts are made in registry/charts."
    )


def in_templates(pattern: re.Pattern[str]) -> list[str]:
    """Every place in a template where the pattern is found."""
    return [
        at(path, text.count("\n", 0, match.start()) + 1)
        for path in templates()
        for text in [path.read_text()]
        for match in pattern.finditer(text)
    ]


def test_templates_escape_everything() -> None:
    refuse(
        in_templates(UNSAFE),
        "Pass the value as it is: Jinja escapes it. Charts come from a filter as markup.",
    )


def test_templates_have_no_style_attribute() -> None:
    refuse(in_templates(STYLE_ATTRIBUTE), "The page's content policy refuses it: add a class to static/css.")


def test_templates_have_no_inline_script() -> None:
    refuse(
        in_templates(INLINE_SCRIPT), "The page's content policy refuses it: put it in a file under static/js."
    )


def test_templates_load_nothing_from_elsewhere() -> None:
    refuse(in_templates(FROM_ELSEWHERE), "Vendor the file under static/ and name it in VENDORED.txt.")
