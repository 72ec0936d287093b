"""Plans made with the patient, and the sheet that says how it goes."""
