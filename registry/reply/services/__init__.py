"""What a link's buttons do: for the team that makes it, and for the PCP who opens it."""
