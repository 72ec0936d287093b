"""Psychotherapy: courses and sessions, planned activities, and how therapy and medication are combined."""
