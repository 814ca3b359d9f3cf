"""The figures of the foundation, measured side by side on the whole platform. Run by `make bench`."""
