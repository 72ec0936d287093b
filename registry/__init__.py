"""The Collaborative Care Registry: importing the package imports nothing else."""
