"""What the ledger and its report read."""
