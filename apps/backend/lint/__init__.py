"""Our own rules over the syntax tree, one file per rule; `python -m lint FOLDER` runs them all."""
