"""What every request passes before any route sees it, from the outside in (see `api.main.wrap`)."""
