"""What steers a treatment beside doses and contacts: courses of therapy, adherence, readings, plans, pathways.

Told after the history, from a chance of its own, so that the histories stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from registry.clinical import drugs, schedules
from registry.clinical.choices import ADA_2004
from registry.clinical.interventions import RELAPSE_PLAN
from registry.clinical.pathways import ALCOHOL, BIPOLAR, OPIOID, PERINATAL, YOUNG
from registry.clinical.readings import READINGS
from registry.clinical.therapy import MODALITIES, SKILLS
from registry.demo import agreed, safety
from registry.demo.case import Case
from registry.demo.drugs import FIRST, SIDE_EFFECTS
from registry.demo.drugs import steps as doses_of
from registry.demo.forms import ENTERED
from registry.demo.rows import Rows, at, working

MONITORED, PLANNED = 0.98, 0.97
A_COURSE = 0.25
"""How often a care manager writes the sessions down as a course; the contacts tell of them anyway."""
TOLD = 0.12
"""How often somebody tells of a drug that was tried before."""
STILL_GOING_ON = 20
"""Days since the last session."""
PERCENT = {"all": 95, "some": 60, "none": 10}
USUAL = {
    "lithium_level": 0.6, "egfr": 88, "sodium": 139, "potassium": 4.2, "magnesium": 2.0, "calcium": 9.4, "tsh": 2.1,
    "alt": 24, "platelets": 240, "glucose": 92, "ldl": 110, "weight": 76, "height": 170, "waist": 88, "systolic": 124,
    "heart_rate": 74, "qtc": 421, "valproate_level": 78,
}  # fmt: skip
PROBLEMS = ("Sleeping badly and no energy", "Worry that does not stop", "I have pulled away from people")
VALUES = ("Being there for the children", "My faith", "Doing my work well", "Being outdoors")
SIGNS = ("I stop answering messages", "I wake at four", "I leave the dishes for days")
WELL = ("Walking after work", "Sunday lunch with my sister", "Keeping my bedtime")


class Chart:
    """Writes rows of one patient with keys from a chance of its own."""

    def __init__(self, case: Case, contacts: Sequence[dict[str, Any]], chance: str = "steering") -> None:
        self.case = case
        self.contacts = contacts
        self.rng = Random(f"{chance}/{case.person.id}/{case.episode_id}")

    def add(self, table: str, written_on: date, **values: Any) -> UUID:
        key = UUID(int=self.rng.getrandbits(128), version=4)
        who = self.case.author.id
        return self.case.rows.add(
            table,
            id=key,
            patient_id=self.case.person.id,
            recorded_by=who,
            recorded_at=at(written_on, 17),
            **values,
        )

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def steer(cases: Sequence[Case]) -> None:
    """Everything that the care team wrote down about these patients' treatment."""
    charts = [Chart(case, contacts) for case, contacts in with_contacts(cases)]
    _end_what_is_over(charts)
    for chart in charts:
        _course(chart)
        _taking(chart)
        _plans(chart)
    _on_pathways([chart for chart in charts if len(chart.contacts) > 3])
    for chart in charts:
        _readings(chart)
    for case, contacts in with_contacts(cases):
        _history(Chart(case, contacts, "history"))
    _held([Chart(case, contacts, "held") for case, contacts in with_contacts(cases)])


def with_contacts(cases: Sequence[Case]) -> Iterator[tuple[Case, list[dict[str, Any]]]]:
    """Each case with its treatment contacts, oldest first."""
    found = defaultdict(list)
    for row in cases[0].rows.tables["contact"]:
        if row["kind"] == "treatment":
            found[row["episode_id"]].append(row)
    return ((case, sorted(found[case.episode_id], key=lambda row: row["on"])) for case in cases)


def _course(chart: Chart) -> None:
    """The therapy of the contacts, as a course with its sessions; sometimes it is given elsewhere."""
    case, rng = chart.case, chart.rng
    held = [row for row in chart.contacts if case.therapy and case.therapy in row["interventions"]]
    if not held or not (case.therapist or chart.chance(A_COURSE)):
        return
    modality = next(code for code, kind in MODALITIES.items() if kind.intervention == case.therapy)
    skills = [code for code, (_, of) in SKILLS.items() if modality in of.split()] or ["coping_plan"]
    course = chart.add(
        "therapy_course", held[0]["on"], modality=modality, therapist_id=case.author.id, targets=case.goal,
        started_on=held[0]["on"], version=1, **_extent(chart, [row["on"] for row in held]),
    )  # fmt: skip
    for number, row in enumerate(held):
        homework = rng.choices(("done", "partly", "not_done"), (5, 3, 2))[0] if number else "none_set"
        chart.add("therapy_session", row["on"], therapy_course_id=course, on=row["on"], attended=True,
                  skills=rng.sample(skills, 1), homework=homework, alliance=rng.randint(6, 10))  # fmt: skip
    if case.dose:
        chart.add("combination", held[0]["on"], on=held[0]["on"], model="collaborative")


def _extent(chart: Chart, held: list[date]) -> dict[str, Any]:
    """How many sessions were planned, and the end of a course that is over."""
    planned = chart.rng.choice((6, 8, 12))
    over = len(held) >= planned or (chart.case.today - held[-1]).days > STILL_GOING_ON
    reason = "goals_met" if chart.case.improved else "completed" if len(held) >= planned else "access"
    ended = {"ended_on": held[-1], "end_reason": reason} if over else {}
    return {"planned_sessions": planned, **ended}


def _taking(chart: Chart) -> None:
    """How the medication is taken, and what it does that it should not."""
    rng = chart.rng
    told = [row for row in chart.contacts if row.get("adherence") in PERCENT]
    for row in chart.contacts:
        percent = PERCENT.get(row.get("adherence") or "")
        if percent is not None and (percent < 90 or row is told[-1]):
            reasons = [] if percent > 90 else [rng.choice(("forgetting", "side_effects", "cost", "beliefs"))]
            chart.add("adherence", row["on"], on=row["on"], percent=percent, reasons=reasons)
        if "side_effect_check" in row["interventions"] and chart.chance(0.4):
            ended = row["on"] + timedelta(days=rng.randint(7, 30))
            chart.add("side_effect", row["on"], medication_id=_taken(chart.case, row["on"]), effect=rng.choice(SIDE_EFFECTS),
                      severity=rng.choice(("mild", "mild", "moderate")), onset_on=row["on"],
                      ended_on=ended if ended < chart.case.today else None)  # fmt: skip


def _taken(case: Case, on: date) -> UUID | None:
    """What was taken for mood or anxiety on a day: the last drug that was begun by then and not stopped."""
    tables = case.rows.tables
    mine = {
        one["id"]
        for one in tables["medication"]
        if one["patient_id"] == case.person.id and one["psychotropic"]
    }
    told = sorted(
        (one for one in tables["dose_event"] if one["medication_id"] in mine and one["on"] <= on),
        key=lambda one: one["on"],
    )
    last = {one["medication_id"]: one["kind"] for one in told}
    return next((drug for drug in reversed(last) if last[drug] != "stop"), None)


def _end_what_is_over(charts: Sequence[Chart]) -> None:
    """What an earlier episode prescribed, and was never stopped, ended before the patient was referred again."""
    back = {chart.case.person.id: chart.case for chart in charts}
    rows = charts[0].case.rows
    doses = defaultdict(list)
    for row in rows.tables["dose_event"]:
        doses[row["medication_id"]].append(row)
    for row in rows.tables["medication"]:
        case, mine = back.get(row["patient_id"]), sorted(doses[row["id"]], key=lambda one: one["on"])
        before = case.referred_on - timedelta(days=45) if case else None
        if case and before and row["psychotropic"] and mine[-1]["kind"] != "stop" and mine[-1]["on"] < before:
            rows.add("dose_event", id=UUID(int=Random(f"over/{row['id']}").getrandbits(128), version=4),
                     medication_id=row["id"], kind="stop", on=before, dose_mg=None, text="", reason="remission",
                     recorded_by=case.clinic.care_manager.id, recorded_at=at(before, 17))  # fmt: skip


def _history(chart: Chart) -> None:
    """What was tried before anybody here knew the patient, as it was told at the first visit."""
    case, rng = chart.case, chart.rng
    untold = [drug for drug in FIRST if drug not in case.tried]
    if not untold or case.person.age < 25 or not chart.chance(TOLD):
        return
    drug = rng.choice(untold)
    chart.add("past_trial", case.enrolled_on, name=drug, dose_mg=doses_of(drug, case.person)[0], weeks=rng.choice((3, 6, 12)),
              response=rng.choice(("none", "partial", "unknown")), stop_reason=rng.choice(("no_response", "side_effects", "cost")),
              adherent=rng.choice((True, True, None)), year=case.enrolled_on.year - rng.randint(2, 9),
              told_on=case.enrolled_on)  # fmt: skip


def _held(charts: Sequence[Chart]) -> None:
    """In each clinic one drug is held, for a procedure of these days, and one was for a while."""
    for clinic in dict.fromkeys(chart.case.clinic.name for chart in charts):
        steady = [chart for chart in charts if chart.case.clinic.name == clinic and _is_steady(chart)]
        for chart, back in zip(steady, (False, True), strict=False):
            case, on = chart.case, working(chart.case.today - timedelta(days=20 if back else 4))
            _step(chart, "hold", on, None, "interaction")
            if back:
                _step(chart, "resume", on + timedelta(days=7), case.dose.mg if case.dose else None)


def _is_steady(chart: Chart) -> bool:
    """The one drug that is taken has not been touched for five weeks."""
    case = chart.case
    events = [row for row in case.rows.tables["dose_event"] if row["medication_id"] == case.medication_id]
    still = case.today - timedelta(days=35)
    return bool(case.improved and case.dose and events) and all(
        row["on"] < still and row["kind"] != "stop" for row in events
    )


def _step(chart: Chart, kind: str, on: date, mg: float | None, reason: str = "") -> None:
    key = UUID(int=chart.rng.getrandbits(128), version=4)
    chart.case.rows.add("dose_event", id=key, medication_id=chart.case.medication_id, kind=kind, on=on, dose_mg=mg,
                        text=f"{mg:g} mg daily" if mg else "", reason=reason, recorded_by=chart.case.clinic.care_manager.id,
                        recorded_at=at(on, 17))  # fmt: skip


def _plans(chart: Chart) -> None:
    case, rng = chart.case, chart.rng
    if len(chart.contacts) > 1 and chart.chance(PLANNED):
        content: dict[str, Any] = {
            "problems": rng.choice(PROBLEMS), "goals": [{"words": case.goal}], "values": rng.choice(VALUES),
        }  # fmt: skip
        words = Random(f"plans/{case.episode_id}")
        content["goals"][0]["step"] = words.choice(agreed.STEPS)
        content |= agreed.care(words)
        on = chart.contacts[1]["on"]
        chart.add("patient_plan", on, kind="care", made_on=on, content=content)
    written = next((row["on"] for row in chart.contacts if RELAPSE_PLAN in row["interventions"]), None)
    if written:
        content = {
            "signs": rng.choice(SIGNS),
            "well": rng.choice(WELL),
            "medication": "I stay on it until we both say that I can stop",
            "call": "My care manager",
            "phq9": 10,
        }
        chart.add("patient_plan", written, kind="relapse_prevention", made_on=written, content=content)


def _readings(chart: Chart) -> None:
    """What each medication asks for, nearly always done in time."""
    case = chart.case
    doses = _doses(case.rows, case.person.id)
    for name, steps in doses.items():
        for drug in drugs.ingredients(name):
            for item in schedules.items(drug.name, drug.drug_class, drug.flags, ADA_2004):
                for on in _days(item, [on for on in steps if on < case.today], case.today):
                    if chart.chance(MONITORED):
                        _reading(chart, item.code, on)


def _doses(rows: Rows, patient_id: UUID) -> dict[str, list[date]]:
    """Names of what is taken now, with the days of its start and changes."""
    names = {row["id"]: row["name"] for row in rows.tables["medication"] if row["patient_id"] == patient_id}
    found: dict[str, list[date]] = {}
    for row in sorted(rows.tables["dose_event"], key=lambda row: row["on"]):
        name = names.get(row["medication_id"])
        if name and row["kind"] == "stop":
            found.pop(name, None)
        elif name:
            found.setdefault(name, []).append(row["on"])
    return found


def _days(item: schedules.Item, steps: list[date], today: date) -> Iterator[date]:
    if not steps:
        return
    start = steps[0]
    found = [start - timedelta(days=2)] if item.baseline else []
    found += [start + timedelta(days=days) for days in item.on_days]
    if item.after_step:
        found += [step + timedelta(days=item.after_step) for step in steps]
    every = item.every if isinstance(item.every, int) else 28 if item.every else None
    if every:
        found += [start + timedelta(days=days) for days in range(every - 3, (today - start).days, every - 3)]
    yield from (on for on in sorted(set(found)) if on < today)


def _reading(chart: Chart, code: str, on: date) -> None:
    usual = USUAL.get(code)
    digits = 0 if isinstance(usual, int) else 1 if usual and usual > 1 else 2
    value = None if usual is None else round(usual * chart.rng.uniform(0.94, 1.06), digits)
    unit = READINGS[code].unit if value is not None else ""
    value = 0.0 if READINGS[code].outcomes else value
    chart.add("lab_result", on, code=code, on=on, value=value, unit=unit)


def _on_pathways(charts: list[Chart]) -> None:
    """A few of each clinic are on a pathway with rules of its own."""
    wanted: dict[str, Any] = {
        OPIOID: lambda case: 25 < case.person.age < 60 and case.dose and _weeks(case) >= 5,
        ALCOHOL: lambda case: case.person.age > 30,
        BIPOLAR: lambda case: 20 < case.person.age < 60 and not case.dose,
        YOUNG: lambda case: case.person.age < 22,
        PERINATAL: lambda case: case.person.sex == "female" and 20 < case.person.age < 40,
    }
    for kind, fits in wanted.items():
        chart = next((chart for chart in charts if fits(chart.case)), None)
        if chart:
            charts.remove(chart)
            _BEGIN[kind](chart)


def _pathway(chart: Chart, kind: str) -> UUID:
    on = chart.case.enrolled_on
    part_2 = kind in (OPIOID, ALCOHOL)
    _diagnosis(chart, kind)
    return chart.add(
        "pathway", on, kind=kind, started_on=on, part_2=part_2, details=dict(agreed.FORMS[kind]), version=1
    )


DIAGNOSES = {
    OPIOID: ("F11.20", "Opioid dependence, uncomplicated"), ALCOHOL: ("F10.20", "Alcohol dependence, uncomplicated"),
    BIPOLAR: ("F31.81", "Bipolar II disorder"),
}  # fmt: skip


def _diagnosis(chart: Chart, kind: str) -> None:
    """The diagnosis that the pathway is for; a bipolar disorder takes the place of the depression of the referral."""
    if kind not in DIAGNOSES:
        return
    case, (code, title) = chart.case, DIAGNOSES[kind]
    tables, person = case.rows.tables, case.person.id
    if kind == BIPOLAR:
        episode = next(row for row in tables["episode"] if row["id"] == case.episode_id)
        for row in tables["problem"]:
            if row["patient_id"] == person and row["code"] == episode["icd10"]:
                row.update(code=code, title=title)
        episode.update(primary_condition="bipolar", icd10=code)
        return
    case.rows.add("problem", id=UUID(int=Random(f"{kind}/{case.episode_id}").getrandbits(128), version=4),
                  patient_id=person, code_system="ICD-10-CM", code=code, title=title, behavioural=True,
                  onset_on=case.referred_on, source=ENTERED, recorded_at=at(case.referred_on))  # fmt: skip


def _event(chart: Chart, pathway: UUID, on: date, kind: str, value: str = "", note: str = "") -> None:
    chart.add("pathway_event", on, pathway_id=pathway, on=on, kind=kind, value=value, note=note)


def _medicine(chart: Chart, name: str, mg: float, why: str) -> UUID:
    on = chart.case.enrolled_on
    medication = chart.add("medication", on, name=name, psychotropic=True, indication=why)
    _dose(chart, medication, "start", on, mg, UUID(int=chart.rng.getrandbits(128), version=4))
    return medication


def _dose(chart: Chart, medication: UUID, kind: str, on: date, mg: float, key: UUID) -> None:
    chart.case.rows.add("dose_event", id=key, medication_id=medication, kind=kind, on=on, dose_mg=mg,
                        text=f"{mg:g} mg daily", recorded_by=chart.case.clinic.care_manager.id,
                        recorded_at=at(on, 17))  # fmt: skip


def _opioid(chart: Chart) -> None:
    """Buprenorphine, a return to use in the fifth week, adjusted without judgement, and steady since."""
    case = chart.case
    pathway = _pathway(chart, OPIOID)
    _event(
        chart, pathway, case.enrolled_on, "consent", "tpo", "Signed at the first visit; paper in the chart."
    )
    drug = _medicine(chart, "buprenorphine", 16, "opioid use disorder")
    _event(chart, pathway, case.enrolled_on, "induction", "completed")
    for week in range(1, _weeks(case) + 1):
        on = case.enrolled_on + timedelta(days=7 * week - 1)
        _event(chart, pathway, on, "check_in", "cravings" if week in (4, 5) else "well")
        if week % 4 == 1:
            _event(chart, pathway, on, "urine_screen", "unexpected" if week == 5 else "expected")
        if week == 5:
            _event(chart, pathway, on, "return_to_use", note="One weekend, told us on Monday.")
            _event(chart, pathway, on, "adjusted", "dose", "24 mg for now; naloxone at home.")
            key = UUID(int=Random(f"adjusted/{drug}").getrandbits(128), version=4)
            _dose(chart, drug, "change", on, 24, key)
            safety.ask(case, on)


def _alcohol(chart: Chart) -> None:
    case = chart.case
    pathway = _pathway(chart, ALCOHOL)
    _medicine(chart, "naltrexone", 50, "alcohol use disorder")
    _event(chart, pathway, case.enrolled_on, "induction", "completed")
    for week in range(1, _weeks(case) + 1):
        _event(chart, pathway, case.enrolled_on + timedelta(days=7 * week - 1), "check_in", "well")


def _weeks(case: Case) -> int:
    """The weeks from the enrolment to the last time that anybody spoke with the patient."""
    return (case.contacts[-1][1] - case.enrolled_on).days // 7


def _bipolar(chart: Chart) -> None:
    pathway = _pathway(chart, BIPOLAR)
    _medicine(chart, "lithium", 900, "bipolar II disorder")
    _advised_for_bipolar(chart)
    first, last = chart.contacts[1]["on"], chart.contacts[-1]["on"]
    _event(chart, pathway, first, "rhythm", "partly", note="Two late nights.")
    _event(chart, pathway, last, "rhythm", "kept", note="Bed at 11, up at 7, on five days of seven.")
    _event(chart, pathway, last, "check_in", "well")


def _advised_for_bipolar(chart: Chart) -> None:
    """No advice of theirs speaks of an antidepressant."""
    mine = {
        row["id"] for row in chart.case.rows.tables["review"] if row["episode_id"] == chart.case.episode_id
    }
    for row in chart.case.rows.tables["recommendation"]:
        if row["review_id"] in mine and row["category"] in ("continue", "no_change"):
            row["text"] = "Continue lithium; no antidepressant beside it."
            row["if_fails"] = "Ask the consultant about a second mood stabilizer."


def _young(chart: Chart) -> None:
    pathway = _pathway(chart, YOUNG)
    _event(chart, pathway, chart.case.enrolled_on, "assent", "given")
    _event(
        chart, pathway, chart.contacts[-1]["on"], "caregiver_contact", note="Mother: eats and sleeps better."
    )
    _event(chart, pathway, chart.contacts[-1]["on"], "school", "partly", note="Back in all classes but gym.")


def _perinatal(chart: Chart) -> None:
    pathway = _pathway(chart, PERINATAL)
    due = chart.case.today + timedelta(days=70)
    _event(chart, pathway, chart.case.enrolled_on, "due_date", due.isoformat())


_BEGIN = {OPIOID: _opioid, ALCOHOL: _alcohol, BIPOLAR: _bipolar, YOUNG: _young, PERINATAL: _perinatal}
