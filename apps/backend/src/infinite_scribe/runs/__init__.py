"""Durable runs: what an agent was asked to do, how far it is, and everything it says while it works.

Truth is the `runs` row; the only memory of finished steps is `run_steps`, written in the transaction of the
step's effect. The queue only delivers: one job means "look at this run now".
"""
