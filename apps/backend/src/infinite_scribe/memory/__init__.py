"""What the book remembers of its own text: passages, summaries, mentions."""
