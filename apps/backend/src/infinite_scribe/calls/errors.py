"""Refusals of the journal: a slot with other words, a cap, an unknown price."""

from __future__ import annotations

from infinite_scribe.core.errors import ConflictError, InvalidError, NotFoundError, QuotaError


class CallNotFoundError(NotFoundError):
    title = "This call does not exist"


class CallForgottenError(ConflictError):
    """The words of this call were let go; only figures are left of it."""

    code = "call-forgotten"
    title = "The words of this call are not kept any more"


class ReplayVariablesError(InvalidError):
    """`unknown` stand between double braces and have no value in this call; `known` have one."""

    code = "prompt-variables"
    title = "The variables of this prompt do not fit"


class CallMismatchError(ConflictError):
    """The slot is taken by a call with other words: the step was not deterministic."""

    code = "llm-call-mismatch"
    title = "This step already asked for something else"


class BudgetReachedError(QuotaError):
    """The worst case of a call does not fit under a cap; `scope` and `period` name it."""

    code = "budget-reached"
    title = "The cap is reached"
    action = "raise-cap"


class PriceUnknownError(QuotaError):
    """A money cap cannot be kept for a model whose price nobody knows."""

    code = "price-unknown"
    title = "The price of this model is unknown"
    action = "set-price"
