"""Scores outside a contact, and their correction."""
