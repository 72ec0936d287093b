"""The care manager's list: who needs attention, why, and what is next."""
