"""The only process that talks to model providers: it journals calls, reserves budget and opens sealed keys."""
