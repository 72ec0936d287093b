"""How fast the registry is: figures that are printed and never asserted in a test."""
