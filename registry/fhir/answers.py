"""Forms in pieces: what one Observation or one QuestionnaireResponse says of a filled instrument."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.clinical.instruments import INSTRUMENTS
from registry.fhir.codes import (
    ANSWER_CODES,
    ANSWER_WORDS,
    ITEMS,
    NOT_KEPT,
    OTHER_PANELS,
    PANELS,
    STRANGERS,
    TOTALS,
    UNSCORED,
)
from registry.fhir.reading import Found
from registry.fhir.records import PartRecord, Reading, origin
from registry.fhir.values import (
    LOINC_SYSTEMS,
    Refused,
    Unused,
    codings,
    entries,
    extension,
    member,
    period_start,
    plain,
    reference,
    whole,
)

READ = TOTALS.keys() | PANELS.keys() | ITEMS.keys() | OTHER_PANELS.keys() | STRANGERS.keys() | UNSCORED.keys()
FINAL = ("final", "amended", "corrected")
COMPLETED = ("completed", "amended")
SCORE_UNITS = frozenset(
    {"", "1", "{score}", "score", "scores", "{points}", "points", "point", "{#}", "{number}", "/27", "/21"}
)
LOINC_CODE = re.compile(r"(?<![\d-])(\d{4,6}-\d)(?!\d)")
ORDINALS = ("ordinalValue", "itemWeight", "questionnaire-ordinalValue", "iso21090-CO-value")
NO_DAY = "it names no day on which the form was filled"
OUT_OF = re.compile(r"\s*/\s*\d{1,3}$")


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a form's definition says of its links: the LOINC code, and the value of each answer code."""

    codes: Mapping[str, str] = field(default_factory=dict)
    ordinals: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def observation(found: Found, reading: Reading) -> PartRecord:
    """An Observation that is a total, an item or a panel of an instrument that the registry keeps."""
    resource = found.resource
    code = _own_code(resource)
    gone = "entered in error" if resource.get("status") == "entered-in-error" else ""
    if not gone and resource.get("status") not in FINAL:
        raise Refused(f"it is not final ({plain(resource.get('status'), 30) or 'no status'})")
    answers, refusal = _said(resource, code)
    if not gone and not answers and not refusal and code not in PANELS and code not in OTHER_PANELS:
        raise Refused("it has no value that is a whole number or a known answer")
    taken_at, taken_on = reading.moment(period_start(resource, "effective"), NO_DAY)
    linked = [*entries(resource.get("hasMember")), *entries(resource.get("derivedFrom"))]
    return PartRecord(
        origin(found),
        reference(resource.get("subject"), found.links),
        taken_at,
        taken_on,
        answers,
        code if code in PANELS or code in OTHER_PANELS else "",
        tuple(filter(None, (reference(one, found.links) for one in linked))),
        refusal,
        (code,) if refusal else (),
        gone,
    )


def _own_code(resource: dict[str, Any]) -> str:
    """The one code that makes the Observation a part of a form; anything else is not for the registry."""
    coded = codings(resource.get("code"))
    known = {code: system for system, code, _ in coded if code in READ}
    if not known:
        told = next((NOT_KEPT[code] for _, code, _ in coded if code in NOT_KEPT), "")
        raise Unused(told or "no score or reading that the registry keeps")
    if not any(system in LOINC_SYSTEMS for system in known.values()):
        raise Refused(f"its code {next(iter(known))} does not say that it is of LOINC")
    if len(known) > 1:
        raise Refused(f"its codes {' and '.join(sorted(known))} name different things")
    code = next(iter(known))
    if code in UNSCORED:
        raise Unused(UNSCORED[code])
    return code


def _said(resource: dict[str, Any], code: str) -> tuple[tuple[tuple[str, int], ...], str]:
    """The values by code of the Observation and its components, or why they spoil the form."""
    if code in STRANGERS:
        return (), STRANGERS[code][1]
    try:
        own = _own_value(resource, code)
        inner = [pair for part in entries(resource.get("component")) for pair in _component(part)]
    except Refused as why:
        if code in TOTALS or code in OTHER_PANELS or _panel_with_value(resource, code):
            raise
        return (), str(why)
    return tuple(own + inner), next((STRANGERS[c][1] for c, _ in inner if c in STRANGERS), "")


def _panel_with_value(resource: dict[str, Any], code: str) -> bool:
    return code in PANELS and any(name.startswith("value") for name in resource)


def _own_value(resource: dict[str, Any], code: str) -> list[tuple[str, int]]:
    if _panel_with_value(resource, code):
        title = INSTRUMENTS[PANELS[code]].title
        raise Refused(f"{code} is the panel of the {title}, not its total: a value there may be anything")
    if code in OTHER_PANELS:
        if any(name.startswith("value") for name in resource):
            raise Refused(f"{code} is {OTHER_PANELS[code]}, not a total: a value there may be anything")
        return []
    if code in PANELS:
        return []
    value = _total(resource, code) if code in TOTALS else item_value(code, resource)
    return [] if value is None else [(code, value)]


def _component(part: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for system, code, _ in codings(part.get("code")):
        if system in LOINC_SYSTEMS and code in STRANGERS:
            yield code, 0
        elif system in LOINC_SYSTEMS and (code in ITEMS or code in TOTALS):
            value = _total(part, code) if code in TOTALS else item_value(code, part)
            if value is not None:
                yield code, value


def _total(part: dict[str, Any], code: str) -> int | None:
    """A total as integer, quantity, decimal or text; one that the instrument does not have is refused."""
    written = [name for name in part if name.startswith("value") and not name.endswith("_ext")]
    if not written:
        return None
    value = _figure(part)
    if value is None:
        raise Refused("its total is no whole number")
    instrument = INSTRUMENTS[TOTALS[code]]
    if not instrument.lowest <= value <= instrument.highest:
        raise Refused(
            f"its total {value} is outside {instrument.lowest}-{instrument.highest}, the {instrument.title}'s range"
        )
    return value


def _figure(part: dict[str, Any]) -> int | None:
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        unit = plain(quantity.get("code") or quantity.get("unit"), 30).casefold()
        if quantity.get("comparator") or (
            unit not in SCORE_UNITS and plain(quantity.get("unit"), 30) not in SCORE_UNITS
        ):
            return None
        return whole(quantity.get("value"))
    for name in ("valueInteger", "valueDecimal"):
        if name in part:
            return whole(part[name])
    text = part.get("valueString")
    return whole(OUT_OF.sub("", text)) if isinstance(text, str) else None


def item_value(code: str, part: dict[str, Any], stated: Mapping[str, int] | None = None) -> int | None:
    """The value of an item's answer; a code, its ordinal and its words that disagree are refused."""
    concept = part.get("valueCodeableConcept")
    coded = list(entries(member(concept, "coding"))) or list(entries(part.get("valueCoding")))
    if not coded:
        return _uncoded(code, part, concept)
    votes = {vote for coding in coded for vote in _votes(code, coding, stated or {})}
    if len(votes) > 1:
        raise Refused(
            f"the answer to {code} contradicts itself: its code, ordinal and words say {_or(votes)}"
        )
    if not votes:
        raise Refused(f"the answer to {code} has a code that is none of the question's answers")
    return _in_range(code, votes.pop())


def _or(votes: set[int]) -> str:
    return " and ".join(str(vote) for vote in sorted(votes))


def _votes(code: str, coding: dict[str, Any], stated: Mapping[str, int]) -> Iterator[int]:
    """What the answer is worth by its code, by an ordinal beside it, by the form's definition, and by its words."""
    answer, text = coding.get("code"), plain(coding.get("display")).casefold()
    if isinstance(answer, str):
        yield from (table[answer] for table in (ANSWER_CODES[code], stated) if answer in table)
    for ending in ORDINALS:
        found = extension(coding, ending)
        ordinal = whole(found.get("valueDecimal", found.get("valueInteger")))
        if ordinal is not None:
            yield ordinal
    if text in ANSWER_WORDS[code]:
        yield ANSWER_WORDS[code][text]


def _uncoded(code: str, part: dict[str, Any], concept: Any) -> int | None:
    """An answer as a figure, or in the words of the form."""
    text = part.get("valueString", member(concept, "text"))
    if isinstance(text, str):
        said = ANSWER_WORDS[code].get(plain(text).casefold(), whole(text))
        if said is None:
            raise Refused(f"the answer to {code} is none of the question's answers")
        return _in_range(code, said)
    if not any(name.startswith("value") for name in part):
        return None
    value = _figure(part)
    if value is None:
        raise Refused(f"the answer to {code} is no whole number")
    return _in_range(code, value)


def _in_range(code: str, value: int) -> int:
    highest = max(INSTRUMENTS[name].item_highest for name in ITEMS[code])
    if not 0 <= value <= highest:
        raise Refused(f"the answer {value} to {code} is outside 0-{highest}")
    return value


def questionnaire(found: Found) -> tuple[str, Questionnaire] | None:
    """The address of a Questionnaire and what it says of its links."""
    url = plain(found.resource.get("url"))
    codes: dict[str, str] = {}
    ordinals: dict[str, dict[str, int]] = {}
    for item in _items(found.resource, 0):
        link = plain(item.get("linkId"))
        told = [
            one.get("code") for one in entries(item.get("code")) if plain(one.get("system")) in LOINC_SYSTEMS
        ]
        codes.update((link, code) for code in told[:1] if isinstance(code, str))
        ordinals[link] = dict(_options(item))
    return (url, Questionnaire(codes, ordinals)) if url else None


def _options(item: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for option in entries(item.get("answerOption")):
        coding = option.get("valueCoding")
        for holder in (option, coding):
            for ending in ORDINALS:
                found = extension(holder, ending)
                value, code = (
                    whole(found.get("valueDecimal", found.get("valueInteger"))),
                    member(coding, "code"),
                )
                if value is not None and isinstance(code, str):
                    yield code, value


def _items(holder: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The items of a form, those in groups and under answers too."""
    if depth < 10:
        for item in entries(member(holder, "item")):
            yield item
            yield from _items(item, depth + 1)
            for answer in entries(item.get("answer")):
                yield from _items(answer, depth + 1)


def response(found: Found, reading: Reading, forms: Mapping[str, Questionnaire]) -> PartRecord:
    """A QuestionnaireResponse of an instrument that the registry keeps: answers and total by LOINC code."""
    resource = found.resource
    form = forms.get(plain(resource.get("questionnaire")).split("|")[0], Questionnaire())
    answered = list(_answered(resource, form))
    if not any(code in ITEMS or code in TOTALS for code, _, _ in answered):
        raise Unused("no form that the registry knows by its LOINC codes")
    gone = "entered in error" if resource.get("status") == "entered-in-error" else ""
    if not gone and resource.get("status") not in COMPLETED:
        raise Refused(f"the form is not completed ({plain(resource.get('status'), 30) or 'no status'})")
    answers, refusal = _values(answered)
    taken_at, taken_on = reading.moment(resource.get("authored"), NO_DAY)
    return PartRecord(
        origin(found),
        reference(resource.get("subject"), found.links),
        taken_at,
        taken_on,
        answers,
        next((code for code in _named_panels(resource) if code in PANELS), ""),
        (),
        refusal,
        tuple(code for code, _, _ in answered) if refusal else (),
        gone,
    )


def _answered(
    resource: dict[str, Any], form: Questionnaire
) -> Iterator[tuple[str, dict[str, Any], Mapping[str, int]]]:
    """LOINC code, answer and the stated values of the answers, of each item that has a code."""
    for item in _items(resource, 0):
        link = plain(item.get("linkId"))
        code = form.codes.get(link) or _loinc(link) or _loinc(plain(item.get("definition")))
        for answer in entries(item.get("answer")):
            if code:
                yield code, answer, form.ordinals.get(link, {})


def _loinc(text: str) -> str:
    """The last LOINC code in a link: '/44250-9' or '44249-1/44250-9'."""
    found = LOINC_CODE.findall(text)
    return found[-1] if found else ""


def _values(
    answered: list[tuple[str, dict[str, Any], Mapping[str, int]]],
) -> tuple[tuple[tuple[str, int], ...], str]:
    found: list[tuple[str, int]] = []
    for code, answer, stated in answered:
        if code in STRANGERS:
            return (), STRANGERS[code][1]
        try:
            value = item_value(code, answer, stated) if code in ITEMS else None
            value = _total(answer, code) if code in TOTALS else value
        except Refused as why:
            return (), str(why)
        if value is not None:
            found.append((code, value))
    return tuple(found), ""


def _named_panels(resource: dict[str, Any]) -> list[str]:
    """LOINC codes in the address of the form or in its profiles."""
    return LOINC_CODE.findall(plain(resource.get("questionnaire")))
