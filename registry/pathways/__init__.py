"""Pathways with rules and forms of their own: substance use, bipolar disorder, young people, perinatal."""
