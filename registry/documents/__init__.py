"""Paper: what is printed, from plain values to the bytes of a PDF."""
