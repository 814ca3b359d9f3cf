"""Pure rules of accounts: names, addresses, networks, how long a guesser waits, what a password may be."""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from infinite_scribe.accounts.common_passwords import CommonPasswords

PASSWORD_MIN_CHARACTERS = 12
PASSWORD_MAX_CHARACTERS = 256
NAME_MAX_CHARACTERS = 80
EMAIL_MAX_CHARACTERS = 254
PRODUCT_NAMES = ("infinitescribe", "infinite scribe", "infinite-scribe")


class SystemPermission(StrEnum):
    """What a person may do outside any novel."""

    SELF = "self"
    OPERATE = "operate"


class UserKind(StrEnum):
    """How an account came to be."""

    OWNER = "owner"
    MEMBER = "member"
    GUEST = "guest"


class UserStatus(StrEnum):
    """Whether an account may sign in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETING = "deleting"


class RevokeReason(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    LOGOUT_ALL = "logout_all"
    PASSWORD = "password"  # noqa: S105 - the name of a reason
    STEP_UP = "step_up"
    REFRESH_REUSE = "refresh_reuse"
    ADMIN = "admin"
    OVER_LIMIT = "over_limit"
    DELETED = "deleted"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class GuessBudget:
    """How many tries a subject has.

    The first ``free`` tries cost no wait (``None``: no try does); the next ones leave a wait of 1 s, 2 s, 4 s … up to
    15 minutes behind them. ``per_hour`` is the wall behind that (``None``: none). An hour after a window began, it
    begins again. `AccountsRepository.reserve_guess` carries this out in one statement.
    """

    kind: str
    free: int | None
    per_hour: int | None


ACCOUNT_AND_NETWORK = GuessBudget("account_network", free=5, per_hour=None)
ACCOUNT = GuessBudget("account", free=None, per_hour=50)
NETWORK = GuessBudget("network", free=None, per_hour=100)
KNOWN_DEVICE = GuessBudget("device", free=10, per_hour=None)
SETUP_CODE = GuessBudget("setup_code", free=None, per_hour=10)
LONGEST_WAIT_SECONDS = 900
WINDOW_SECONDS = 3600


def normalise_name(name: str) -> str:
    """The form two names are compared in: NFKC, folded case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def clean_name(name: str) -> str | None:
    """The name as it is shown, ``None`` when it cannot be one (empty, too long, control characters, an ``@``)."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(shown) > NAME_MAX_CHARACTERS or "@" in shown:
        return None
    if any(
        unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character in _BIDI
        for character in shown
    ):
        return None
    return shown if normalise_name(shown) else None


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def normalise_email(email: str) -> str | None:
    """The form two addresses are compared in (NFKC, folded case, IDNA domain); ``None`` when it is no address."""
    text = unicodedata.normalize("NFKC", email).strip().casefold()
    local, at, domain = text.rpartition("@")
    if not at or not local or "@" in local or len(text) > EMAIL_MAX_CHARACTERS:
        return None
    if any(character.isspace() or not character.isprintable() for character in text):
        return None
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    if any(not label or not all(c.isalnum() or c == "-" for c in label) for label in labels):
        return None
    return f"{local}@{host}"


def guess_network(address: str) -> str:
    """Network a guesser is counted by: IPv4 /32, IPv6 /64; ``local`` for what is no address (a Unix socket)."""
    return _network(address, 32, 64)


def stored_network(address: str) -> str:
    """Network that may be stored beside a session: IPv4 /24, IPv6 /48."""
    return _network(address, 24, 48)


def _network(address: str, v4: int, v6: int) -> str:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "local"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, v4 if ip.version == 4 else v6), strict=False))


def is_loopback(address: str) -> bool:
    """Whether the peer sits on this machine. A Unix socket has no address and counts as this machine."""
    if not address:
        return True
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def password_problem(password: str, *, name: str, email: str | None, common: CommonPasswords) -> str | None:
    """Code of what is wrong with a new password, ``None`` when it may be taken.

    Codes: ``too_short``, ``too_long``, ``odd_characters``, ``common``, ``personal``. There is no composition rule.
    """
    if len(password) < PASSWORD_MIN_CHARACTERS:
        return "too_short"
    if len(password) > PASSWORD_MAX_CHARACTERS:
        return "too_long"
    if "\x00" in password or any(0xD800 <= ord(character) <= 0xDFFF for character in password):
        return "odd_characters"
    folded = password.casefold()
    own = {normalise_name(name), name.casefold(), *PRODUCT_NAMES}
    if email:
        own |= {email.casefold(), email.casefold().partition("@")[0]}
    if folded in own or _is_own_with_decoration(folded, own):
        return "personal"
    return "common" if common.covers(password) else None


def _is_own_with_decoration(folded: str, own: set[str]) -> bool:
    """``anna.miller2024!`` for the user ``anna.miller``: the name and nothing but digits and signs around it."""
    core = folded.strip("0123456789 !?.,;:_-+*#$%&/()=@")
    return any(len(word) >= 4 and core == word.strip("0123456789 !?.,;:_-+*#$%&/()=@") for word in own)


def system_permissions(kind: UserKind) -> frozenset[SystemPermission]:
    """What the kind of account may do outside novels."""
    if kind is UserKind.OWNER:
        return frozenset({SystemPermission.SELF, SystemPermission.OPERATE})
    return frozenset({SystemPermission.SELF})


def device_of(user_agent: str) -> dict[str, str]:
    """Family and system a person recognises a device by; nothing of the version numbers is kept."""
    families = ("Firefox", "Edg", "OPR", "Chrome", "Safari", "curl", "python")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    shown = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}
    family = next((name for name in families if name in user_agent), "")
    system = next((name for name in systems if name in user_agent), "")
    return {"family": shown.get(family, family), "system": shown.get(system, system), "label": ""}
