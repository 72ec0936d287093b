"""Facts that other systems send."""
