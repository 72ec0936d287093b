"""One patient on a page: the facts that it shows, and their words.

Below the slices, because paper, the link of a PCP without an account and the inbox tell the same things.
"""
