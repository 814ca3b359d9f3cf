"""The one document an agent reads before it works."""
