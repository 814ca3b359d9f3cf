"""What the author sets and sees of models: endpoints, keys, roles, prices, budgets."""
