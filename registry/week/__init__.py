"""The week: what there is to do on which day, whose it is, and who covers whom."""
