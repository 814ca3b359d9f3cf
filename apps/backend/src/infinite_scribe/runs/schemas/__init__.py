"""Wire types of runs: requests and answers, events, and the table of tasks with their inputs and results."""
