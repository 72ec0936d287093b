"""From facts to the values of a printed page: what is unknown stays unknown."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from registry.charts import trend_of
from registry.clinical.agenda_marks import Ask, open_asks
from registry.clinical.checks import CHECKS, applies
from registry.clinical.combination import combined_words
from registry.clinical.conditions import condition_words
from registry.clinical.contact_due import next_contact_due
from registry.clinical.course import Course, course
from registry.clinical.dates import spell
from registry.clinical.episode_moves import STATUSES
from registry.clinical.facts import DoseEvent, EpisodeFacts, Medication, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.interventions import INTERVENTIONS
from registry.clinical.languages import language_name
from registry.clinical.pathways import is_part_2
from registry.clinical.plans import KINDS
from registry.clinical.primary import level, other_scale, series_title, shown_scales
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol, scale_awaits_sign_off
from registry.clinical.risk import answer_words, safety_answer
from registry.clinical.safety_plan import counselling
from registry.clinical.safety_words import level_words, safety_sentence
from registry.clinical.screening import known
from registry.clinical.therapy import END_REASONS, Delivered, therapies_of
from registry.clinical.things import SAFETY, is_care_managers, is_prescribers
from registry.clinical.trackers import tracked_words
from registry.clinical.treatment import running, treatment_changes
from registry.clinical.trials import attributions
from registry.clinical.views import standing
from registry.documents import values as v
from registry.papers import given, steering

if TYPE_CHECKING:
    from registry.papers.background import Background
    from registry.papers.cases import Case

ASKED = "A1"
"""The reason that somebody asked."""
OF_ADVICE = frozenset({"E1", "X7", "X8", "X9", "A2", "A3"})
"""Rules about advice and enrollment, which the page tells in other places."""
PHASES = STATUSES | {
    "referred": "Referred, not yet in care",
    "consented": "Consented, not enrolled",
    "enrolled": "Active treatment",
}
"""The status of an episode for a reader who does not know the registry."""
ITEM_NAMES = {
    "phq9": ("interest", "mood", "sleep", "energy", "appetite", "self-worth", "concentration", "movement",
             "item 9: better off dead, self-harm"),
    "gad7": ("nervous", "control of worry", "worry", "trouble relaxing", "restless", "irritable", "afraid"),
}  # fmt: skip
"""Items in a word, for a reader who knows the instrument; the full wording is in the registry."""
MOST_ITEMS = 20
"""Of a longer form the items are not printed: they would fill the page."""
WORDS = {
    "T1": "better",
    "T3": "better",
    "T2": "partly better",
    "T4": "partly better",
    "T5": "not better",
    "T6": "worse",
}


@dataclass(frozen=True, slots=True)
class Press:
    """Who prints, when, and the day up to which the facts reach."""

    by: str
    at: datetime
    today: date
    protocol: Protocol = DEFAULT_PROTOCOL
    note_id: UUID | None = None
    """The note whose advice the page is about; else the last one with advice that waits, else the last one."""


def summary(case: "Case", press: Press) -> v.PcpSummary:
    """The PCP's one page: decisions first."""
    press = _of_day(case, press)
    facts, subject = case.snapshot.facts.as_of(press.today), case.snapshot.subject
    seen = course(facts, press.protocol, press.today)
    phone = f", phone {subject.care_manager_phone}" if subject.care_manager_phone else ""
    about = given.asking(facts, press.note_id)
    return v.PcpSummary(
        person=_person(case, press),
        printing=_printing(case, press),
        team=_team(case),
        course=_course(facts, press),
        safety=safety(case, press),
        measures=_measures(facts, press),
        trend=trend_of(facts, press.protocol, press.today),
        scores=tuple(row for row in _score_rows(facts, press) if row.phq9 or row.gad7 or row.own),
        phq9_title=series_title("phq9", facts.series("phq9")),
        own_title=press.protocol.scale(own).title if (own := other_scale(facts)) else "",
        changed_on=_changed_on(facts),
        medications=tuple(steering.medications(facts, press.today, press.protocol)),
        therapies=tuple(_therapies(facts)),
        pathways=tuple(steering.pathways(facts)),
        monitoring=tuple(steering.readings(facts, press.today, press.protocol)),
        next_reading=steering.next_reading(facts, press.today, press.protocol),
        recommendations=tuple(given.recommendations(case, seen, about, press.protocol, press.today)),
        reply_code=given.reply_code(case, about),
        later_note_on=given.later_on(case, about, press.today),
        reply_to=f"Hand or fax this page back to {subject.care_manager or 'the care manager'}{phone}",
        goals=_goals(case),
        care_manager_does=_care_manager_does(facts),
        next_steps=tuple(_next_steps(case, facts, press)),
        to_look_at=tuple(_to_look_at(facts, press)),
    )


def _to_look_at(facts: EpisodeFacts, press: Press) -> Iterator[str]:
    """What the rules ask of the prescriber; safety and advice have places of their own on the page."""
    for finding in standing(facts, press.protocol, press.today).findings:
        if is_prescribers(finding) and finding.tag != SAFETY and finding.code not in OF_ADVICE:
            yield finding.sentence if is_care_managers(finding) else f"{finding.sentence} {finding.action}"


def packet_page(case: "Case", press: Press) -> v.PacketPage:
    """One patient of the review packet; the numbers are those of its sections."""
    press = _of_day(case, press)
    facts = case.snapshot.facts.as_of(press.today)
    asks = open_asks(facts)
    seen = course(facts, press.protocol, press.today)
    checks = tuple(_checks(case, facts))
    return v.PacketPage(
        person=_person(case, press),
        printing=_printing(case, press),
        team=_team(case),
        course=_course(facts, press),
        reasons=tuple(_reasons(case, asks)),
        question=asks[-1].question if asks else "",
        asked_by=_asker(case, asks[-1]) if asks else "",
        safety=safety(case, press),
        case=_case_line(case, facts, press),
        measures=_measures(facts, press),
        trend=trend_of(facts, press.protocol, press.today),
        scores=_score_rows(facts, press),
        phq9_title=series_title("phq9", facts.series("phq9")),
        items=_items(seen),
        medications=tuple(steering.medications(facts, press.today, press.protocol)),
        trials=tuple(_trials(facts, press)),
        attributions=tuple(one.sentence for one in attributions(facts, press.today, press.protocol)),
        monitoring=tuple(steering.readings(facts, press.today, press.protocol)),
        therapies=tuple(_therapies(facts)),
        combined=combined_words(facts, press.today),
        pathways=(*steering.pathways(facts), *steering.pathway_forms(facts, case.background.pathways)),
        checks=checks,
        medical=tuple(medical(case.background, facts, press.today)),
        psychosocial=tuple(_psychosocial(case, facts)),
        recommendations=tuple(
            given.recommendations(case, seen, facts.reviews[:-3:-1], press.protocol, press.today)
        ),
        missing=tuple(_missing(facts, seen, checks, press)),
    )


def _reasons(case: "Case", asks: Sequence[Ask]) -> Iterator[str]:
    """Why the patient is on the agenda; the latest question has its own line, so only earlier ones stand here."""
    for reason in case.agenda.reasons:
        if reason.code != ASKED or not asks:
            yield reason.sentence
        else:
            yield from (ask.sentence for ask in asks[:-1] if ask.question != asks[-1].question)


def _asker(case: "Case", ask: Ask) -> str:
    """Who asks: the care manager by name, anybody else by what they are."""
    return (case.snapshot.subject.care_manager if ask.role == "care_manager" else "") or ask.by


def _of_day(case: "Case", press: Press) -> Press:
    """Judged by the protocol that held for the patient's clinic on that day."""
    return replace(press, protocol=case.snapshot.protocol(press.today))


def _person(case: "Case", press: Press) -> v.Person:
    subject = case.snapshot.subject
    sex = subject.sex[0].upper() if subject.sex not in ("", "unknown") else ""
    return v.Person(subject.name, subject.mrn, subject.birth_date, subject.age(press.today), sex)


def _printing(case: "Case", press: Press) -> v.Printing:
    part_2 = is_part_2(case.snapshot.facts.as_of(press.today).care)
    return v.Printing(case.snapshot.subject.clinic, press.at, press.by, press.today, part_2)


def _team(case: "Case") -> v.Team:
    subject = case.snapshot.subject
    return v.Team(subject.pcp, subject.care_manager, subject.care_manager_phone, subject.consultant)


def _course(facts: EpisodeFacts, press: Press) -> v.Course:
    return v.Course(facts.enrolled_on, facts.week(press.today), PHASES[facts.status])


def safety(case: "Case", press: Press) -> v.Safety:
    """One sentence, and what stands behind it; 'not asked' is never 'none'."""
    facts = case.snapshot.facts.as_of(press.today)
    headline, is_open = safety_sentence(standing(facts, press.protocol, press.today))
    last = facts.risk_assessments[-1] if facts.risk_assessments else None
    return v.Safety(
        headline=headline,
        is_open=is_open,
        item9=tuple((score.taken_on, safety_answer(score)) for score in reversed(facts.series("phq9")))[:8],
        cssrs_level=level_words(last) if last else "",
        cssrs_on=last.on if last else None,
        plan_on=facts.safety_plans[-1].made_on if facts.safety_plans else None,
        means=_last_told(case, facts, "means") or _counselled(case, facts),
        protective=_last_told(case, facts, "protective"),
    )


def _last_told(case: "Case", facts: EpisodeFacts, what: str) -> str:
    """What the last assessment that says it says; an older one with its day."""
    words = {row.id: getattr(row, what) for row in case.background.assessments}
    for one in reversed(facts.risk_assessments):
        if told := words.get(one.id):
            return told if one is facts.risk_assessments[-1] else f"{told.rstrip('.')} ({spell(one.on)})"
    return ""


def _counselled(case: "Case", facts: EpisodeFacts) -> str:
    """What the safety plan that stands says of means."""
    stands = facts.safety_plans[-1].id if facts.safety_plans else None
    return next(
        (counselling(row.parts or {}) for row in case.background.safety_plans if row.id == stands), ""
    )


def _score(score: Score | None, press: Press) -> v.Score | None:
    if score is None or score.total is None:
        return None
    found = level(score.series, score.total, press.protocol)
    return v.Score(score.taken_on, score.total, found.name.capitalize(), found.severity, score.prorated)


def _measures(facts: EpisodeFacts, press: Press) -> tuple[v.MeasureCourse, ...]:
    return tuple(_measure(facts, press, name) for name in shown_scales(facts))


def _measure(facts: EpisodeFacts, press: Press, name: str) -> v.MeasureCourse:
    seen = course(facts, press.protocol, press.today, name)
    scored = [score for score in facts.series(name) if score.total is not None]
    first = seen.baseline or (scored[0] if scored else None)
    best = seen.best or min(scored, key=lambda score: score.total or 0, default=None)
    last = scored[-1] if scored else None
    return v.MeasureCourse(
        series_title(name, scored),
        _score(first, press),
        _score(last, press),
        _score(best, press),
        seen.percent,
        WORDS.get(seen.status, ""),
        scale_awaits_sign_off(name),
    )


def _score_rows(facts: EpisodeFacts, press: Press) -> tuple[v.ScoreRow, ...]:
    """One row a day, newest first; a day's last score of a scale counts."""
    days: dict[date, dict[str, Score]] = defaultdict(dict)
    for score in facts.scores:
        days[score.taken_on][score.series] = score
    own = other_scale(facts) or ""
    return tuple(_score_row(on, days[on], own, press) for on in sorted(days, reverse=True))


def _score_row(on: date, scores: dict[str, Score], own: str, press: Press) -> v.ScoreRow:
    phq9, gad7 = scores.get("phq9"), scores.get("gad7")
    others = (f"{INSTRUMENTS[name].title if name in INSTRUMENTS else name} {score.total}"
              for name, score in scores.items() if name not in ("phq9", "gad7") and score.total is not None)  # fmt: skip
    return v.ScoreRow(
        on, _score(phq9, press), safety_answer(phq9) if phq9 else "", _score(gad7, press), ", ".join(others),
        _score(scores.get(own), press), INSTRUMENTS[phq9.instrument].title if phq9 else "",
    )  # fmt: skip


def _answer(score: Score, number: int) -> str:
    """One answer, or why there is none."""
    return answer_words(score.items[number - 1] if score.items else None, bool(score.items))


def _items(seen: Course) -> tuple[v.ItemAnswer, ...]:
    """The items of the primary scale at baseline and at the last score."""
    first, last = seen.baseline, seen.latest
    instrument = INSTRUMENTS[seen.series]
    names = ITEM_NAMES.get(seen.series, ())
    if first is None or last is None or not (first.items or last.items) or instrument.item_count > MOST_ITEMS:
        return ()
    return tuple(
        v.ItemAnswer(
            number,
            names[number - 1] if names else f"item {number}",
            _answer(first, number),
            _answer(last, number),
        )
        for number in range(1, instrument.item_count + 1)
    )


def _changed_on(facts: EpisodeFacts) -> date | None:
    """The last start, step, hold or stop of a psychotropic."""
    return max((change.on for change in treatment_changes(facts) if change.kind == "dose"), default=None)


def _trials(facts: EpisodeFacts, press: Press) -> Iterator[v.Trial]:
    title = series_title(facts.primary_scale, facts.series(facts.primary_scale))
    return steering.past_trials(facts, press.today, press.protocol, title)


def _therapies(facts: EpisodeFacts) -> Iterator[v.Therapy]:
    """Courses first, then what contacts delivered beside them; and how treatments are combined."""
    for one in therapies_of(facts):
        yield v.Therapy(one.label, one.sessions, one.last_on, _course_words(one))


def _course_words(one: Delivered) -> str:
    """Who gives a course, how it is attended and how it ended."""
    if one.course is None:
        return ""
    ended = END_REASONS.get(one.course.end_reason, "") if one.course.until else ""
    parts = ("given here" if one.course.inside else "given outside", one.words, ended)
    return "; ".join(part for part in parts if part)


def _care_manager_does(facts: EpisodeFacts) -> str:
    recent = [c for c in facts.contacts if c.is_treatment][-3:]
    done = dict.fromkeys(
        code for contact in recent for code in contact.interventions if code in INTERVENTIONS
    )
    return ", ".join(INTERVENTIONS[code].label for code in done)


def _next_steps(case: "Case", facts: EpisodeFacts, press: Press) -> Iterator[v.Line]:
    subject = case.snapshot.subject
    due = subject.next_due_on or next_contact_due(facts, press.protocol, press.today)
    yield v.Line(subject.care_manager or "Care manager", subject.next_action or "next contact", due)
    advised = (one for review in facts.reviews[-1:] for one in review.recommendations)
    judged = sorted(one.judge_on for one in advised if one.judge_on and one.judge_on >= press.today)
    if judged:
        yield v.Line("Team", "judges the change of treatment", judged[0])


def _case_line(case: "Case", facts: EpisodeFacts, press: Press) -> str:
    subject = case.snapshot.subject
    parts = [f"{subject.age(press.today)}-year-old"]
    if subject.primary_condition == "other":
        parts[0] += f" with {subject.icd10 or 'another condition'}"
    elif subject.primary_condition:
        parts[0] += f" with {condition_words(subject.primary_condition)} ({subject.icd10 or 'no code'})"
    if facts.enrolled_on:
        parts.append(f"week {facts.week(press.today)}, {PHASES[facts.status].lower()}")
    goals = _goals(case)
    parts.append(f"goal: {goals}" if goals else "goal not known")
    return "; ".join(parts) + "."


def _goals(case: "Case") -> str:
    """The goals of the care plan in the patient's words; without one the goal that was agreed at the enrollment."""
    return case.background.goals or case.snapshot.subject.target


def _checks(case: "Case", facts: EpisodeFacts) -> Iterator[v.Check]:
    """Each check with the answer that holds: the form that told it, or what somebody noted."""
    notes = {(row.topic, row.on): row.note for row in case.background.checks}
    for topic, label in CHECKS.items():
        held = known(facts, topic)
        if held is None:
            if applies(topic, facts.sex):
                yield v.Check(label)
            continue
        words = (held.words or notes.get((topic, held.on), ""), spell(held.on))
        yield v.Check(
            label, held.positive, (", " if held.words else "; ").join(word for word in words if word)
        )


def medical(background: "Background", facts: EpisodeFacts, today: date) -> Iterator[v.Line]:
    """Problems, medication that is not psychotropic, allergies, vitals and laboratory values; empty where not known."""
    titles = dict.fromkeys(row.title for row in background.problems)
    yield v.Line("Problem list", "; ".join(titles))
    events: dict[str, list[DoseEvent]] = defaultdict(list)
    for row in background.other_medications:
        events[row.name].append(DoseEvent(row.on, row.kind, row.dose_mg, at=row.recorded_at))
    others = [Medication(name, name, events=tuple(told)) for name, told in events.items()]
    yield v.Line("Other medication", "; ".join(one.words for one in running(others, today)))
    yield from steering.lines(facts)


def _psychosocial(case: "Case", facts: EpisodeFacts) -> Iterator[v.Line]:
    subject = case.snapshot.subject
    yield v.Line("Circumstances", subject.psychosocial)
    language = language_name(subject.language) if subject.language else ""
    language += ", interpreter needed" if subject.interpreter else ""
    yield v.Line("Language", language)
    made = {plan.kind: plan.on for plan in facts.care.plans}
    plans = [f"{title} {spell(made[kind])}" for kind, title in KINDS.items() if kind in made]
    yield v.Line("Plans with the patient", "; ".join(plans))
    if case.background.trackers:
        yield v.Line("Followed by the patient", ". ".join(map(tracked_words, case.background.trackers)))


def _missing(facts: EpisodeFacts, seen: Course, checks: tuple[v.Check, ...], press: Press) -> Iterator[str]:
    """What is not known and would change the advice."""
    if seen.baseline is None:
        yield f"No {INSTRUMENTS[seen.series].title} since enrollment"
    phq9 = facts.latest("phq9")
    if phq9 is None or phq9.item9 is None:
        last = f"of the last {INSTRUMENTS[phq9.instrument].title}: {safety_answer(phq9)}" if phq9 else ""
        yield f"Item 9 {last or 'was never asked'}"
    unknown = [check.what for check in checks if check.answer is None]
    if unknown:
        yield ", ".join(unknown)
    yield from steering.missing(facts, press.today, press.protocol)
