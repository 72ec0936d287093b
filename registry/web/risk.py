"""The C-SSRS screener as a form, wherever it is asked, and what is said about safety after saving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Form, RadioField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from registry.clinical.dates import spell_short
from registry.clinical.facts import EpisodeFacts, RiskAssessment, Score
from registry.clinical.findings import Urgency, findings
from registry.clinical.findings.safety import high_risk, low_risk, moderate_risk
from registry.clinical.instruments import INSTRUMENTS, alarms
from registry.clinical.instruments.cssrs import HIGH, LOW, MODERATE, triage
from registry.clinical.protocol import Protocol
from registry.clinical.risk import RiskFlag, risk_flag
from registry.web.fields import TickBoxes, options

QUESTIONS = {
    "wish_dead": "Q1. Wish to be dead",
    "thoughts": "Q2. Thoughts of suicide",
    "method": "Q3. Thoughts with a method",
    "intent": "Q4. Some intent to act",
    "plan": "Q5. Plan, with intent",
    "behaviour_lifetime": "Q6. Suicidal behavior, ever",
    "behaviour_3_months": "Q6. Suicidal behavior, past 3 months",
}
NEEDED_YES = ("method", "intent", "plan")
TEXTS = ("actions", "means", "protective", "cleared_reason")
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of Columbia's triage: when it is reached and what follows."""

    name: str
    when: str
    action: str


LEVELS = (
    Level(HIGH, "4 or 5 yes, or behavior in the past 3 months", high_risk.action),
    Level(MODERATE, "3 yes, or behavior longer ago", moderate_risk.action),
    Level(LOW, "only 1 or 2 yes", low_risk.action),
)


class CoveredScores(TickBoxes):
    """The open positive scores that an assessment answers."""

    def pre_validate(self, form: Any) -> None:
        """A score that somebody has assessed meanwhile is no longer open."""
        if set(self.data or ()) - {str(score.id) for score in form.open_scores}:
            raise ValidationError(
                "One of these scores was assessed meanwhile. Look at the list and save again."
            )


class ScreenerForm(Form):
    """The C-SSRS screener by number: its wording is licensed, so the clinician reads it from the card."""

    actions = TextAreaField(
        "What was done", [Length(max=4000)], description="Who was told, where the patient went"
    )
    means = TextAreaField("Access to means", [Length(max=4000)])
    protective = TextAreaField("What protects", [Length(max=4000)])
    cleared_reason = TextAreaField("Why the flag is lifted", [Length(max=4000)])
    covers = CoveredScores("This assessment answers", coerce=str, choices=[])
    levels = LEVELS
    flag = RiskFlag("none")
    open_scores: Sequence[Score] = ()

    def offer(self, open_scores: Sequence[Score], flag: RiskFlag) -> None:
        """Show the scores that wait for an assessment, and the flag that can be lifted."""
        self.open_scores, self.flag = open_scores, flag
        self.covers.choices = options(*((str(score.id), _told(score)) for score in open_scores))

    @property
    def answers(self) -> dict[str, bool | None]:
        """Each question: yes, no or not asked."""
        return {name: ANSWERS.get(self[name].data or "") for name in QUESTIONS}

    @property
    def is_asked(self) -> bool:
        """Whether some question has an answer."""
        return any(answer is not None for answer in self.answers.values())

    @property
    def is_empty(self) -> bool:
        return not any(self.texts().values()) and not self.covers.data and not self.is_asked

    def validate(self, extra_validators: Any = None) -> bool:
        """A yes is never lost: an answer that another one makes impossible is asked about."""
        valid = bool(super().validate(extra_validators))
        answers, before = self.answers, len(self.errors)
        if answers["thoughts"] is not True and any(answers[name] for name in NEEDED_YES):
            self._refuse("thoughts", "Questions 3 to 5 follow a yes to question 2. Answer question 2 again.")
        if answers["behaviour_3_months"] and answers["behaviour_lifetime"] is not True:
            self._refuse(
                "behaviour_lifetime", "Behavior in the past 3 months is also behavior ever: answer yes."
            )
        if not self.is_empty and not self.is_asked:
            self._refuse("wish_dead", "Answer the screener, or empty the fields about safety.")
        elif self.texts()["cleared_reason"]:
            self._check_lifting()
        return valid and len(self.errors) == before

    def _check_lifting(self) -> None:
        """Only a flag that is up is lifted, by a whole screener whose answers let it go."""
        this = self.assessment()._replace(cleared_reason=self.texts()["cleared_reason"])
        if not triage(this).complete:
            self._refuse("cleared_reason", "Finish the screener before you lift the flag.")
        elif not self.flag.is_up:
            self._refuse("cleared_reason", "No flag is up: empty this field.")
        elif risk_flag((this,)).is_up:
            self._refuse(
                "cleared_reason",
                f"These answers are {triage(this).level} risk, so the flag stays: empty this field.",
            )

    def check_day(self, on: date | None) -> bool:
        """An assessment answers no score that was taken after it."""
        ticked = set(self.covers.data or ())
        later = [s for s in self.open_scores if on and str(s.id) in ticked and s.taken_on > on]
        if later:
            self._refuse(
                "covers", "A score was taken after the day of this assessment. Untick it, or check the date."
            )
        return not later

    def _refuse(self, name: str, sentence: str) -> None:
        self[name].errors = [*self[name].errors, sentence]

    def assessment(self, on: date = date.min) -> RiskAssessment:
        """The answers as the rules read them."""
        answers: dict[str, Any] = self.answers
        return RiskAssessment("this", on, **answers)

    def texts(self) -> dict[str, str]:
        return {name: (self[name].data or "").strip() for name in TEXTS}


for _name, _label in QUESTIONS.items():
    _choices = options(("yes", "Yes"), ("no", "No"), ("", "Not asked"))
    setattr(ScreenerForm, _name, RadioField(_label, [Optional()], choices=_choices, default=""))


def _told(score: Score) -> str:
    day = spell_short(score.taken_on)
    kind = INSTRUMENTS[score.instrument]
    item = f"item {kind.safety_item}"
    answer = "not known" if score.item9 is None else score.item9
    return "; ".join(
        [f"{kind.title} of {day}: {item} is {answer}", *(one.told(1) for one in alarms(score.extras))]
    )


def still_open(facts: EpisodeFacts, protocol: Protocol, today: date) -> str:
    """What is open about safety and wants somebody today, without the patient's numbers; else nothing."""
    found = findings(facts, protocol, today)
    urgent = [f for f in found if f.tag == "safety" and f.urgency <= Urgency.SAME_DAY]
    return " ".join(["Open now:", *(f"{f.label}. {f.action}" for f in urgent)]) if urgent else ""
