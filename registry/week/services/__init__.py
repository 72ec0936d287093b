"""What the buttons of the week do: move, put off, hand over, do, write; and enter or end a cover period."""
