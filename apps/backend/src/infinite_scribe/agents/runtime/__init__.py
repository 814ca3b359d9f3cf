"""What every agent process does: accept runs, work on them step by step, survive, and give way."""
