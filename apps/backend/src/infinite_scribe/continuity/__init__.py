"""Checks that a text keeps to the canon, by rules of code."""
