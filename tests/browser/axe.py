"""What axe has to say about a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
AUDIT = """async (only) => {
  const rules = { "target-size": { enabled: true } };
  const found = await axe.run({ rules, resultTypes: ["violations"], ...(only && { runOnly: only }) });
  if (!found.passes.length) throw new Error("axe looked at nothing");
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`);
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""All that the dark theme changes; the other rules have spoken in the light."""


def violations(page: Page, only: Sequence[str] | None = None) -> list[str]:
    """Each broken rule with where and why; `only` names the rules to ask."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(AUDIT, only)
    return found
