"""Prompts: what the product ships, an author's own wording of it, and what is in force for whom."""
