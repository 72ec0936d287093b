"""What patients follow in their own words: goals, days, sleep, exercise, cravings."""
