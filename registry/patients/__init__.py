"""Finding, adding and correcting patients."""
