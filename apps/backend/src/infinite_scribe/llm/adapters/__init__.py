"""The only place where provider SDKs stand, and the only maker of outbound connections."""
