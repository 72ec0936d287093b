"""The shape of the house, kept by tests whose failures say what to do instead."""
