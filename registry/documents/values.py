"""What a printed page is made of: plain values, already decided and already worded.

The slice that owns the facts fills these; the templates only lay them out. No value here knows a table, a request
or a clock. Three habits hold everywhere:

* ``None`` or ``""`` means *we do not know*, and prints as "not known" (or the wording of that block). Never leave a
  line out because its value is unknown: an unknown is a finding for the reader.
* A date is a ``date``; the template words it. No score travels without its date.
* Tuples come in the order in which they print. The templates cut at the caps below and say how many were left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from registry.charts import Trend

TEXT_CAP = 320
"""Characters of one free text on the one-page summary."""
SCORES_CAP = 4
"""Rows of the score table on the one-page summary."""
TABLE_CAP = 4
"""Days in the score table of a packet; the earlier ones follow as a sentence, none is left out."""
EVENTS_CAP = 5
"""Lines of treatment on the one-page summary; also its monitoring lines."""
ADVICE_CAP = 5
"""Recommendations on the one-page summary."""
ASKS_CAP = 4
"""Decisions asked for on the one-page summary."""


@dataclass(frozen=True)
class Person:
    """The patient, as the head of every page names them."""

    name: str
    mrn: str
    born_on: date
    age: int
    sex: str = ""


@dataclass(frozen=True)
class Printing:
    """Where and when this paper was made, and up to which day its facts reach."""

    clinic: str
    printed_at: datetime
    printed_by: str
    data_as_of: date
    part2: bool = False
    """True when substance-use records under 42 CFR Part 2 are on the page: prints the redisclosure line."""
    withheld: bool = False
    """True when such records are left out, because no consent names the reader."""
    consent: str = ""
    """Under which consents they are on the page; travels with them."""


@dataclass(frozen=True)
class Team:
    """Who looks after the patient; a missing name prints as "not recorded"."""

    pcp: str = ""
    care_manager: str = ""
    care_manager_phone: str = ""
    consultant: str = ""


@dataclass(frozen=True)
class Course:
    """Where the episode stands: enrolment, treatment week and phase ("Active treatment")."""

    enrolled_on: date | None
    week: int | None
    phase: str


@dataclass(frozen=True)
class Line:
    """A label and its text, e.g. ``Line("Housing", "Stays with her sister")``; an empty text is an unknown."""

    label: str
    text: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Score:
    """One total with its band, e.g. ``Score(date(2026, 11, 4), 16, "Moderately severe", 3)``; ``step`` is 0 to 4."""

    on: date
    total: int
    band: str
    step: int
    partial: bool = False


@dataclass(frozen=True)
class MeasureCourse:
    """One measure from first to last: ``percent`` is the change against the first (-33 is 33 % better).

    ``word`` says it in one word: "better", "partly better", "not better" or "worse"; empty when there is one score.
    """

    name: str
    first: Score | None = None
    last: Score | None = None
    best: Score | None = None
    percent: int | None = None
    word: str = ""
    awaits: bool = False
    """Whether the numbers that judge it await clinical sign-off."""


@dataclass(frozen=True)
class ScoreRow:
    """One day in the score table, newest first; ``item9`` is its answer, or why there is none."""

    on: date
    phq9: Score | None = None
    item9: str = ""
    gad7: Score | None = None
    others: str = ""
    """Other instruments on that day in words: "AUDIT-C 3, PCL-5 28"."""
    own: Score | None = None
    """The primary scale of the episode where it is neither of the two; it stands among the others too."""
    form: str = "PHQ-9"
    """Which form the score in the series of the PHQ-9 was: the PHQ-A counts there too."""


@dataclass(frozen=True)
class ItemAnswer:
    """One item of the PHQ-9 at the first and at the last score: the answer, or why there is none."""

    number: int
    words: str
    first: str
    last: str


@dataclass(frozen=True)
class Medication:
    """A psychotropic taken or held now: drug with dose, since when, weeks at it, and what is known of taking it."""

    what: str
    started_on: date | None = None
    weeks_at_dose: int | None = None
    adherence: str = ""
    side_effects: str = ""
    trial: str = ""
    """Adequate or not, and why."""
    is_held: bool = False
    """No dose is taken, so there are no weeks at one; ``what`` says since when."""


@dataclass(frozen=True)
class Trial:
    """A medication that was tried and stopped."""

    drug: str
    max_dose: str = ""
    weeks: int | None = None
    response: str = ""
    stopped_because: str = ""
    stopped_on: date | None = None
    verdict: str = ""
    """Adequate or not, and why."""


@dataclass(frozen=True)
class Therapy:
    """A structured intervention: "Behavioural activation", its sessions and the latest."""

    what: str
    sessions: int | None = None
    last_on: date | None = None
    words: str = ""
    """Of a course, instead of the two: who gives it, how it is attended, how it ended."""


@dataclass(frozen=True)
class Recommendation:
    """One numbered recommendation, with the day to judge it, the second step and what became of it."""

    number: int
    category: str
    text: str
    why: str = ""
    judge_on: date | None = None
    if_it_fails: str = ""
    signed_by: str = ""
    signed_on: date | None = None
    needs_decision: bool = True
    """True while the PCP has still to decide: it then stands in the box with the tick marks."""
    status: str = ""
    """"Accepted", "Declined: patient prefers therapy", "Implemented"; empty prints as "no answer yet"."""
    effect: str = ""
    """What the scores did since: "PHQ-9 18 to 12 in 5 weeks"."""
    meanwhile: str = ""
    """What became of the drug that it names: "Escitalopram held since Nov 23, 2026"."""


@dataclass(frozen=True)
class Monitoring:
    """A lab or vital that is due; ``last`` is the last value in words, empty prints as "not recorded"."""

    what: str
    due_on: date | None = None
    last: str = ""
    last_on: date | None = None


@dataclass(frozen=True)
class Check:
    """A diagnostic check: ``answer`` is True for yes, False for no, None for unknown."""

    what: str
    answer: bool | None = None
    detail: str = ""


@dataclass(frozen=True)
class Safety:
    """The safety box: one sentence for the reader, then what stands behind it.

    ``is_open`` is True while a safety finding is open. ``headline`` is never empty: "None reported (item 9 = 0 on ...)",
    "Not asked", or the finding's own sentence.
    """

    headline: str
    is_open: bool = False
    item9: tuple[tuple[date, str], ...] = ()
    """Newest first: the answer, or why there is none."""
    cssrs_level: str = ""
    cssrs_on: date | None = None
    plan_on: date | None = None
    means: str = ""
    protective: str = ""


@dataclass(frozen=True)
class PcpSummary:
    """The one-page summary for the primary care provider: decisions first."""

    person: Person
    printing: Printing
    team: Team
    course: Course
    safety: Safety
    measures: tuple[MeasureCourse, ...]
    trend: Trend | None = None
    """The chart of the primary scale; None when nothing was scored yet."""
    scores: tuple[ScoreRow, ...] = ()
    changed_on: date | None = None
    """The last change of a medication: started, stepped, held or stopped."""
    medications: tuple[Medication, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    """Those waiting for a decision and those that stand; the page sorts them by ``needs_decision``."""
    reply_to: str = ""
    """How the paper comes back: "Hand or fax this page back to M. Ortiz, phone 555 010 0142"."""
    monitoring: tuple[Monitoring, ...] = ()
    goals: str = ""
    care_manager_does: str = ""
    next_steps: tuple[Line, ...] = ()
    """Who does what by when: ``Line("M. Ortiz", "calls with PHQ-9", date(2026, 12, 4))``."""
    pathways: tuple[Line, ...] = ()
    """Each pathway that the patient is on: since when, and the last of everything that happened on it."""
    next_reading: Monitoring | None = None
    """The first that is not due yet; prints where nothing is due."""
    reply_code: str = ""
    """Printed large: whoever types it finds the note again, "K7QM-2X9D"."""
    reply_link: str = ""
    """An address at which the PCP may answer instead, with that code."""
    later_note_on: date | None = None
    """The day of a note that was signed after the one that the page is about."""
    own_title: str = ""
    """The primary scale where it is neither PHQ-9 nor GAD-7: it takes the GAD-7's place in the table."""
    to_look_at: tuple[str, ...] = ()
    """What the rules ask of whoever prescribes, beside the advice and the safety line: the most urgent first."""
    phq9_title: str = "PHQ-9"
    """The series of the PHQ-9 by the forms that were taken in it."""


@dataclass(frozen=True)
class PacketPage:
    """One patient of the review packet, one or two pages; the numbers are the sections of the page."""

    person: Person
    printing: Printing
    team: Team
    course: Course
    reasons: tuple[str, ...]
    """1. Why on the agenda, in the words of the rules, most urgent first."""
    question: str
    """1. The care manager's question to the consultant, in one sentence."""
    asked_by: str
    safety: Safety
    """2."""
    case: str
    """3. One line: "49-year-old with major depression, week 8, goal: back to work"."""
    measures: tuple[MeasureCourse, ...]
    """4. First, last and best of each measure."""
    trend: Trend | None = None
    scores: tuple[ScoreRow, ...] = ()
    """4. All dates, newest first."""
    items: tuple[ItemAnswer, ...] = ()
    """4. Item-level profile of the primary scale."""
    medications: tuple[Medication, ...] = ()
    """5."""
    trials: tuple[Trial, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    checks: tuple[Check, ...] = ()
    """6."""
    medical: tuple[Line, ...] = ()
    """7. Problem list, other medication, allergies, vitals, labs with dates."""
    monitoring: tuple[Monitoring, ...] = ()
    psychosocial: tuple[Line, ...] = ()
    """8."""
    recommendations: tuple[Recommendation, ...] = ()
    """9. The last ones, each with its status and the effect since."""
    missing: tuple[str, ...] = ()
    """10. What is not known and would change the advice."""
    combined: str = ""
    """5. How medication and therapy are combined."""
    pathways: tuple[Line, ...] = ()
    """5. Each pathway that the patient is on: since when, and the last of everything that happened on it."""
    attributions: tuple[str, ...] = ()
    """5. What each improvement followed, and where that is not clear."""
    phq9_title: str = "PHQ-9"
    """4. The series of the PHQ-9 by the forms that were taken in it."""
