"""Polyring: on which memcached server does a key live?

    >>> import polyring
    >>> ring = polyring.Ring("10.0.0.1 10.0.0.2 10.0.0.3", profile="ketama")
    >>> ring.locate("user:17")          # doctest: +SKIP
    '10.0.0.2'

A profile is how one client, in one configuration, places keys; Ring.profiles() lists them.
Keys are bytes-like, or str, which stands for its UTF-8 bytes.

A Topology is what all programs of a pool must agree on; it makes the Ring.
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


class InvalidTopologyError(InvalidArgumentError):
    """The text is no topology."""


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


class PlannedServer(_typing.NamedTuple):
    """A server in either ring of a plan: its name, or its place. The shares are those of all keys.

    An index is None where the server is not in that ring.
    """

    server: str
    old_index: int | None
    new_index: int | None
    before: float
    after: float


class Flow(_typing.NamedTuple):
    """Keys that move from one server of a plan to another, as a share of all."""

    source: str
    target: str
    share: float


class Plan(_typing.NamedTuple):
    """What moves if one ring is replaced by another.

    moved is the share of the keys that move. If the plan is not exact, sample is the number of
    keys that were tried (else 0). servers has those of the old ring first, flows the greatest.
    """

    moved: float
    exact: bool
    sample: int
    servers: tuple[PlannedServer, ...]
    flows: tuple[Flow, ...]


class Change(_typing.NamedTuple):
    """One thing that is different between two topologies.

    change says what: "epoch", "profile", "column", "server added", "server removed",
    "server renamed", "server moved", "server weight", "server attributes", "order of servers" or
    "setting". subject is the column, server or setting; what does not apply is None.
    """

    change: str
    subject: str | None
    before: str | None
    after: str | None
    old_index: int | None
    new_index: int | None


from ._native import Ring, Topology, __version__  # noqa: E402 - it looks these up

__all__ = [
    "Change",
    "Flow",
    "InvalidArgumentError",
    "InvalidKeyError",
    "InvalidProfileError",
    "InvalidServersError",
    "InvalidTopologyError",
    "Placement",
    "Plan",
    "PlannedServer",
    "PolyringError",
    "Ring",
    "Topology",
]
