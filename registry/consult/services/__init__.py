"""What the buttons of the weekly review do."""
