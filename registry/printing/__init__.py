"""Packets and summaries on paper."""
