"""The tests: one folder per slice, `clinical/` without an app, `architecture/` for the shape of the house."""
