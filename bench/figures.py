"""Which figures there are, and which module measures each."""

from pathlib import Path

from bench.measure import Figure

NAMES = ("caseload", "pdf", "fhir", "findings")


def measure(name: str, path: Path, fhir: Path | None) -> list[Figure]:
    """The figures of one name; modules are loaded here, so that each process holds only what it measures."""
    if name == "caseload":
        from bench import page

        return page.measure(path)
    if name == "pdf":
        from bench import paper

        return paper.measure(path)
    if name == "fhir":
        from bench import fhir as deliveries

        return deliveries.measure(fhir)
    from bench import rules

    return rules.measure(path)
