"""What is ordered: a packet of the patients that were ticked, or the PCPs' pages of a clinic day."""

import re
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import DateField, Field, TextAreaField
from wtforms.validators import Length, Optional


class UuidList(Field):
    """Every value of a repeated field as a UUID; a wrong one is an error, not a gap."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = [UUID(value) for value in valuelist]
        except ValueError:
            self.data = []
            raise ValueError("One of the ticked rows is not a patient of the list.") from None


class PacketForm(FlaskForm):
    clinic = UuidList("Clinic")
    on = DateField("Review day", [Optional()])
    episode = UuidList("Patients")


class PagesForm(FlaskForm):
    clinic = UuidList("Clinic")
    on = DateField("Clinic day", [Optional()])
    mrns = TextAreaField("MRNs of that day", [Length(max=5000)])

    @property
    def typed(self) -> list[str]:
        """The MRNs in the order in which they were typed, each once."""
        return list(dict.fromkeys(part for part in re.split(r"[\s,;]+", self.mrns.data or "") if part))
