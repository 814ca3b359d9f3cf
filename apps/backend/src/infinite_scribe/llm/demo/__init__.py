"""The built-in storyteller: prose and plans without a language model.

Four stages, each without I/O: what happens (`beat_table`, `state`), what is noticed
(`focus`), in which order and mode (`discourse`, `draft`), in which words (a language
package such as `en`). `teller.py` says what a language package has to supply.
"""
