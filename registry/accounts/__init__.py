"""One's own account: signing in, preferences, the first page."""
