"""Medications and what happened to them."""
