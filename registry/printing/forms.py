"""The order of a packet: a clinic, a review day, and the patients that were ticked."""

from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import DateField, Field
from wtforms.validators import Optional


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
