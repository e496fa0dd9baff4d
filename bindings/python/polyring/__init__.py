"""Polyring: on which memcached server does a key live?

    >>> import polyring
    >>> ring = polyring.Ring("10.0.0.1 10.0.0.2 10.0.0.3", profile="ketama")
    >>> ring.locate("user:17")          # doctest: +SKIP
    '10.0.0.2'

A profile is how one client, in one configuration, places keys; Ring.profiles() lists them.
Keys are bytes-like, or str, which stands for its UTF-8 bytes.
"""

import typing as _typing


class PolyringError(Exception):
    """What every exception of this package is.

    status is the name of the reason ("INVALID_KEY"), server the server concerned as it was
    spelled, position the offset in bytes of the offence in the input; either may be None.
    """

    status: str | None = None
    server: str | None = None
    position: int | None = None


class InvalidArgumentError(PolyringError, ValueError):
    """An argument breaks a rule of the call."""


class InvalidKeyError(InvalidArgumentError):
    """The profile's client refuses this key."""


class InvalidServersError(InvalidArgumentError):
    """The list of servers is malformed, or the profile cannot take it."""


class InvalidProfileError(InvalidArgumentError):
    """No such profile, or an override that it cannot take."""


class Placement(_typing.NamedTuple):
    """How a key came to its server. hash and point are None where no hash was needed."""

    key: bytes
    sent_key: bytes
    hashed_text: bytes
    hash: int | None
    point: int | None
    label: bytes
    server: str
    index: int
    ties: tuple[int, ...]
    why: str


from ._native import Ring, __version__  # noqa: E402 - it looks the classes above up

__all__ = [
    "InvalidArgumentError",
    "InvalidKeyError",
    "InvalidProfileError",
    "InvalidServersError",
    "Placement",
    "PolyringError",
    "Ring",
]
