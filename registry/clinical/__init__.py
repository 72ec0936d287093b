"""The rules: frozen facts in, findings with their reasons out; standard library only."""
