"""What the week reads: the board, one thing to do with its history, and the cover periods."""
