"""The Chinese teller."""

from infinite_scribe.llm.demo.zh.tell import ChineseTeller

TELLER = ChineseTeller()
