"""The demo clinic: invented people with two years of plausible history, made from a seed."""
