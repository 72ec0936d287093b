"""How a PCP without an account answers: a link to one note, opened with a code."""
