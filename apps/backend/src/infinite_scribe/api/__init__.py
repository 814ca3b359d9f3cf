"""The gateway: signs people in, decides who may do what, serves the app, and forwards commands to the agents."""
