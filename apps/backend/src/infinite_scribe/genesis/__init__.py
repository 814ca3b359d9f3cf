"""From an idea to a plan, in six stages."""
