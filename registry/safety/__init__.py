"""Risk assessments and safety plans."""
