"""The journal of model calls: calls, chunks, reservations, ledger."""
