"""Who is looking, what they may do, and which rows they may see."""
