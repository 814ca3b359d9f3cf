"""The English teller."""

from infinite_scribe.llm.demo.en.tell import EnglishTeller

TELLER = EnglishTeller()
