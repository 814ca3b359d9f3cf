"""`python -m infinite_scribe.cli` is the same as `infinite-scribe`."""

from infinite_scribe.cli.main import main

main()
