"""The five agent processes. They share `runtime` and never import each other."""
