"""How the ledger and its report read."""
