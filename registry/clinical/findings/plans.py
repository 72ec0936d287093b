"""Plans made with the patient: P1."""

from datetime import date

from registry.clinical.dates import counted, spell
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.picture import Picture
from registry.clinical.plans import CARE


@rule(
    "P1",
    "No care plan",
    stages="active",
    when="enrolled {care_plan_due} or longer, and no care plan was made in this episode",
    window="{care_plan_due}",
    action="Make the care plan with the patient: problems, goals, what stands in the way.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="No care plan",
)
def no_care_plan(p: Picture) -> Told | None:
    """Thirty days after enrolment the patient's own goals are written down; who steps down needs no new ones."""
    if p.enrolled_on is None or p.days < p.protocol.care_plan_due.value or p.status == "relapse_prevention":
        return None
    begun = p.facts.referred_on or date.min
    if any(plan.kind == CARE and plan.on >= begun for plan in p.facts.care.plans):
        return None
    return Told(f"Enrolled on {spell(p.enrolled_on)}, {counted(p.days, 'day')} ago, and no care plan yet.")


RULES: tuple[Rule, ...] = (no_care_plan,)
