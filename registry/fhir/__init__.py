"""FHIR R4 read into plain facts: standard library only, no database, no clock."""
