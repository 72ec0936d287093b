"""Medication: X10 two failed adequate trials, RX1 to RX4 what a medication asks for and did not get."""

from registry.clinical.dates import listed
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.picture import Picture
from registry.clinical.trials import OUTCOMES, UNKNOWN, Trial, failed_adequate, trials


@rule(
    "X10",
    "Two failed adequate trials",
    stages="active",
    when="two antidepressants or more were tried for 4 weeks or longer at the minimum effective dose (6 where it still "
    "runs) and known not to have helped; not better now, and no review since",
    window="any",
    action="Put to the consultant: treatment-resistant pathway, direct evaluation.",
    who="Psychiatric consultant",
    urgency=Urgency.THIS_WEEK,
    sources="S41 M",
    tag="consult",
    label="2 failed trials",
)
def two_failed_trials(p: Picture) -> Told | None:
    """After two adequate trials that failed the patient is seen for what may have been missed."""
    if p.primary.improved or len(p.facts.medications) + len(p.facts.care.past_trials) < 2:
        return None
    failed = failed_adequate(trials(p.facts, p.today, p.protocol))
    days = sorted(day for trial in failed if (day := trial.failed_on))
    if len(failed) < 2 or p.reviewed_since(days[1]):
        return None
    told = "; ".join(_trial(trial) for trial in failed)
    unasked = [trial.name for trial in failed if trial.verdict.code == UNKNOWN]
    doubt = f" Adherence was not asked for {listed(unasked)}." if unasked else ""
    return Told(f"{len(failed)} adequate trials failed: {told}.{doubt}", tuple(t.id for t in failed))


def _trial(trial: Trial) -> str:
    enough = trial.verdict.why.split(";")[0].split(",")[0]
    return f"{trial.name} {enough} ({OUTCOMES[trial.outcome]})"


RULES: tuple[Rule, ...] = (two_failed_trials,)
