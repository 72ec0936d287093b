"""The protocol as people see it: its rules in words, its versions, and the form in which a clinic sets its own numbers."""
