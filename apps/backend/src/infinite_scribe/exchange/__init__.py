"""Books in and out: files that other programs read, and files that become books."""
