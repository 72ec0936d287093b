"""What waits for a PCP with an account, what is new to them, and who has seen it."""
