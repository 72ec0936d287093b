"""What the weekly review reads."""
