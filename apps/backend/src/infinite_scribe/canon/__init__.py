"""What is true in the story: entries, facts, rules, and the suggestions about them."""
