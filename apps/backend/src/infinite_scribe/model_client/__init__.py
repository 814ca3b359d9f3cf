"""How an agent, and the gateway, ask the `llm` process. Nobody else speaks its wire."""
