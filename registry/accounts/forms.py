"""Preferences of a person."""

from wtforms import SelectField

from registry.web.transaction import OnceForm


class PreferencesForm(OnceForm):
    theme = SelectField("Colors", choices=[("", "As this device"), ("light", "Light"), ("dark", "Dark")])
    density = SelectField("Rows of tables", choices=[("", "Compact"), ("cosy", "Roomy")])
    keys = SelectField(
        "Single-key shortcuts",
        choices=[("on", "On"), ("off", "Off")],
        description="Keys such as J, K and E. Switch them off when you dictate or use a screen reader.",
    )
    first_page = SelectField(
        "First page after sign-in",
        choices=[
            ("", "The usual one for my role"),
            ("caseload", "Caseload"),
            ("consult", "Review agenda"),
            ("patients", "Patients"),
        ],
    )
