"""The look: contrast of every pair of colours in both themes, and what templates must not contain."""
