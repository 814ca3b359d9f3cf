"""The command line: start and stop the platform, look after it, and write a book from a terminal."""
