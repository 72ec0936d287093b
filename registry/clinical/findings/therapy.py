"""Therapy and combined care: a course off track (X2), stalled or missed (TH1 to TH3), and what a model asks (CC1, CC2)."""

from datetime import date
from typing import NamedTuple

from registry.clinical.care import TherapyCourse
from registry.clinical.combination import (
    RESPONDED,
    SEQUENTIAL,
    SPLIT,
    combination_of,
    exchange_asked_on,
    second_of,
    second_since,
)
from registry.clinical.course import LOW, total
from registry.clinical.dates import begun, counted, listed, spell
from registry.clinical.facts import Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.picture import Picture
from registry.clinical.therapy import (
    failing_from,
    homework_answers,
    modality_words,
    open_courses,
    progress,
    sessions_of,
)
from registry.clinical.treatment import therapies_now


@rule(
    "X2",
    "Not on track in therapy",
    stages="active",
    when="PHQ-9 at least {therapy_week_4.value} at week 4, {therapy_week_9.value} at week 9 or {therapy_week_14.value} at "
    "week 14 of a therapy that goes on (an open course, or what contacts gave in the last 8 weeks, unless they gave another "
    "on two days since), and since then neither a review nor a score on track",
    window="{therapy_slack} either side",
    action="Add to the review.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S42 I M",
    tag="stuck",
    label="Off track",
)
def off_track_in_therapy(p: Picture) -> Told | None:
    """A therapy that is not on track by week 4, 9 or 14 goes to review."""
    if not p.phq9.scores or not any(change.kind == "therapy" for change in p.changes):
        return None
    for start in therapies_now(p.facts, p.today):
        found = _off_track(p, start.on)
        if found and not p.reviewed_since(found.score.taken_on):
            latest = p.phq9.scores[-1]
            later = "" if latest is found.score else f"; {latest.total} on {spell(latest.taken_on)}"
            return Told(
                f"{begun(start.text)} on {spell(start.on)}; PHQ-9 {found.score.total} on "
                f"{spell(found.score.taken_on)}, about week {found.week}{later}.",
                (start.fact, *dict.fromkeys((found.score.id, latest.id))),
            )
    return None


class _OffTrack(NamedTuple):
    """The last score that was off track: its week, and the PHQ-9 below which a therapy is on track then."""

    score: Score
    week: int
    cut: int


def _off_track(p: Picture, start: date) -> _OffTrack | None:
    """How a therapy stands by its last score in a window; one between the windows answers it where it is below the cut."""
    found = None
    cuts, slack = failing_from(p.protocol), p.protocol.therapy_slack.value
    for score in p.phq9.scores:
        days = (score.taken_on - start).days
        window = next(((w, cut) for w, cut in cuts if abs(days - 7 * w) <= slack), None)
        if window and total(score) >= window[1]:
            found = _OffTrack(score, *window)
        elif window or (found and total(score) < found.cut):
            found = None
    return found


@rule(
    "TH1",
    "No session of therapy",
    stages="active",
    needs="courses",
    when="a course of therapy goes on and no session was held for {session_gap}",
    window="{session_gap}",
    action="Ask what is in the way, and book the next session; or end the course with its reason.",
    who="Care manager / therapist",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="cadence",
    label="No session",
)
def no_session(p: Picture) -> Told | None:
    """A course of therapy that goes on has a session every three weeks."""
    gaps = [(course, _last_held(p, course)) for course in open_courses(p.facts)]
    late = [(c, on) for c, on in gaps if p.days_since(on or c.on) >= p.protocol.session_gap.value]
    if not late:
        return None
    told = listed(
        f"{modality_words(c.modality)}, {f'last held on {spell(on)}' if on else f'begun on {spell(c.on)}, none held'}"
        for c, on in late
    )
    done = all(_all_held(p, c) for c, _ in late)
    action = "The planned sessions were held: end the course, or plan more." if done else None
    sentence = f"No session for {counted(p.protocol.session_gap.value, 'day')} or more: {told}."
    return Told(sentence, tuple(c.id for c, _ in late), action=action)


def _last_held(p: Picture, course: TherapyCourse) -> date | None:
    return progress(sessions_of(p.facts.care, course)).last_held_on


def _all_held(p: Picture, course: TherapyCourse) -> bool:
    held = progress(sessions_of(p.facts.care, course)).held
    return course.planned is not None and held >= course.planned


@rule(
    "TH2",
    "Sessions missed in a row",
    stages="active",
    needs="courses",
    when="the last {sessions_missed.value} sessions of a course that goes on were missed",
    window="until the next one is held",
    action="Call: ask about barriers, offer another time, phone or video, and tell the therapist.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="lost",
    label="Missed therapy",
)
def sessions_missed(p: Picture) -> Told | None:
    """Two sessions missed in a row call for a call."""
    for course in open_courses(p.facts):
        rows = sessions_of(p.facts.care, course)
        missed = progress(rows).missed_in_row
        if missed >= p.protocol.sessions_missed.value:
            days = listed(spell(s.on) for s in rows[-missed:][-3:])
            told = f"{counted(missed, 'session')} of {modality_words(course.modality)} missed in a row, last on {days}."
            return Told(told, (course.id, *(s.id for s in rows[-missed:])))
    return None


@rule(
    "TH3",
    "Homework rarely done",
    stages="active",
    needs="courses",
    when="of the last {homework_window.value} homework tasks of a course that goes on at most one was done or partly done",
    window="the last {homework_window.value} that were asked about",
    action="Adjust the homework: smaller, chosen by the patient, planned for a day, with its obstacles thought through.",
    who="Therapist / care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="Homework",
)
def homework_rarely_done(p: Picture) -> Told | None:
    """Homework that is hardly ever done is the wrong homework."""
    window = p.protocol.homework_window.value
    for course in open_courses(p.facts):
        asked = homework_answers(sessions_of(p.facts.care, course))[-window:]
        done = sum(s.homework != "not_done" for s in asked)
        if len(asked) == window and done <= 1:
            told = f"{modality_words(course.modality)}: {done} of the last {window} homework tasks was done or partly done."
            return Told(told[0].upper() + told[1:], (course.id, *(s.id for s in asked)))
    return None


@rule(
    "CC1",
    "Second treatment due",
    stages="active",
    needs="combinations",
    when="sequential care, the day for the second treatment has come, the first has not brought a response "
    "({response_percent}), and the second has not begun (one that ran when this was chosen does not count)",
    window="from the day that was set",
    action="Begin the second treatment, or set a later day with the reason.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="S34 I",
    tag="stuck",
    label="Second due",
)
def second_treatment_due(p: Picture) -> Told | None:
    """In sequential care the second treatment comes on its day if the first has not worked."""
    model = combination_of(p.facts)
    if (
        model is None
        or model.model != SEQUENTIAL
        or model.second_due_on is None
        or model.second_due_on > p.today
    ):
        return None
    if p.primary.status in RESPONDED or second_since(p.facts, model, p.today):
        return None
    judged = (
        ", and from a baseline that was not elevated no response can be told"
        if p.primary.status == LOW
        else " without a response"
    )
    return Told(
        f"{model.first.capitalize()} first since {spell(model.on)}; {second_of(model)} was due on "
        f"{spell(model.second_due_on)}{judged}. {p.primary.sentence}",
        (model.id, *p.primary.facts),
    )


@rule(
    "CC2",
    "Exchange in split care",
    stages="active",
    needs="combinations",
    when="split care, and prescriber and therapist have not exchanged for {exchange_due} or since a change of treatment",
    window="every {exchange_due} and after each change",
    action="Prescriber and therapist tell each other how it goes; record the exchange.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="cadence",
    label="Exchange due",
)
def exchange_due(p: Picture) -> Told | None:
    """In split care prescriber and therapist exchange every thirty days and after each change."""
    model = combination_of(p.facts)
    if model is None or model.model != SPLIT:
        return None
    asked_on, change = exchange_asked_on(p, model)
    if asked_on > p.today:
        return None
    heard = [e for e in p.facts.care.exchanges if e.on >= model.on]
    last = (
        f"Last exchange of prescriber and therapist on {spell(heard[-1].on)}"
        if heard
        else (f"Split care since {spell(model.on)} without an exchange of prescriber and therapist")
    )
    why = f"; since then {change.text} on {spell(change.on)}" if change else ""
    return Told(f"{last}{why}.", (model.id, *((change.fact,) if change else ())))


RULES: tuple[Rule, ...] = (
    off_track_in_therapy,
    no_session,
    sessions_missed,
    homework_rarely_done,
    second_treatment_due,
    exchange_due,
)
