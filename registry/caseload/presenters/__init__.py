"""How the caseload reads: rows, columns, tabs and filters, the peek, and the files to take away."""
