"""Recording what was done with a patient."""
