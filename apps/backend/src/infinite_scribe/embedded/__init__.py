"""The servers that come in wheels, and the supervisor that starts every process."""
