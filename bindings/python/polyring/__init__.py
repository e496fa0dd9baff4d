"""Polyring: on which memcached server does a key live?

    >>> import polyring
    >>> ring = polyring.Ring("10.0.0.1 10.0.0.2 10.0.0.3", profile="ketama")
    >>> ring.locate("user:17")          # doctest: +SKIP
    '10.0.0.2'

A profile is how one client, in one configuration, places keys; Ring.profiles() lists them.
Keys are bytes-like, or str, which stands for its UTF-8 bytes.

A Topology is what all programs of a pool must agree on; it makes the Ring.

    >>> client = polyring.Client("10.0.0.1 10.0.0.2", profile="ketama", timeout=0.25)
    >>> client.set("user:17", {"name": "Ada"}, ttl=60)    # doctest: +SKIP
    <Outcome.OK: 0>
    >>> client.get("user:17")                             # doctest: +SKIP
    {'name': 'Ada'}

A Client reads and changes items on memcached servers.
"""

import enum as _enum
import typing as _typing


class PolyringError(Exception):
    """What every exception of this package is.

    status is the name of the reason ("INVALID_KEY"), server the server concerned as it was
    spelled, position the offset in bytes of the offence in the input; either may be None.

    Failures of a Client's calls also have key (bytes), stage, which says how far the call had
    come ("WAITING", "RESOLVING", "CONNECTING", "SENDING" or "RECEIVING"), spent, the seconds
    since the call began, and errno, where a system call is to blame. Each may be None.
    """

    status: str | None = None
    server: str | None = None
    position: int | None = None
    key: bytes | None = None
    stage: str | None = None
    spent: float | None = None
    errno: int | None = None


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


class InvalidValueError(InvalidArgumentError):
    """The value cannot be written, or what lies on the server cannot be read as one."""


class UnavailableError(PolyringError):
    """The server cannot be reached, or (status BUSY) has no free connection: nothing was sent."""


class UnknownError(PolyringError):
    """Sent, and no answer came in time: a change may have been made, or not."""


class ProtocolError(PolyringError):
    """What the server answered is no reply to the request; nothing of it is used."""


class ServerError(PolyringError):
    """The server could not do it, or does not take the request."""


class MismatchError(PolyringError):
    """The server belongs to another topology than the client's."""


class PartialError(PolyringError):
    """Some keys or servers of a call failed; it says which, and what the others came to.

    found has what the call would have returned for those that completed, failures an exception
    for each that did not, under the keys that the caller gave, or the servers.
    """

    found: dict[_typing.Any, _typing.Any] = {}
    failures: dict[_typing.Any, Exception] = {}


class Outcome(_enum.Enum):
    """What a completed change came to. Only OK is true."""

    OK = 0
    MISS = 1
    NOT_STORED = 2
    EXISTS = 3

    def __bool__(self) -> bool:
        return not self._value_


class Item(_typing.NamedTuple):
    """A value and what the server knows of its item; None is what was not asked for.

    cas changes with every change of the item. ttl is the seconds left, -1 for ever. last_access
    is the seconds since the last access, hit_before whether there was one, size the bytes of the
    body that lies there, flags how it is written. Of an item that is to be made anew: won says
    that the caller is to do it, already_won that another client does, stale that the value was
    invalidated.
    """

    value: _typing.Any
    cas: int
    ttl: int | None
    last_access: int | None
    hit_before: bool | None
    size: int | None
    won: bool
    stale: bool
    already_won: bool
    flags: int


class Statistics(_typing.NamedTuple):
    """What a client did with one server since it knows it.

    A batch counts as one exchange with each server that it goes to. failures are counts by status.
    connections is how many are open now. latency has pairs of seconds and a count: exchanges that
    took no longer, and longer than the pair before. state is how the server is now. in_doubt counts
    the keys whose change failed and which are not yet deleted, refused the operations that were not
    sent, as the server is not spoken to, redirected those that went elsewhere instead, probes those
    that were begun.
    """

    server: str
    exchanges: int
    operations: int
    hits: int
    misses: int
    failures: dict[str, int]
    bytes_sent: int
    bytes_received: int
    connects: int
    connect_failures: int
    connections: int
    mismatches: int
    latency: tuple[tuple[float, int], ...]
    state: "HealthState"
    in_doubt: int
    refused: int
    redirected: int
    probes: int


class Event(_typing.NamedTuple):
    """Something that happened to a client.

    kind is "CONNECTED", "CONNECT_FAILED", "DISCONNECTED", "MISMATCH", "ANNOUNCED",
    "TOPOLOGY_CHANGED", "TOPOLOGY_REFUSED", "HEALTH" or "NOT_CLEANED", time the seconds since 1970,
    to the microsecond, as time.time() has them. Events are numbered from 1; where a number is missing, one was forgotten. text is a sentence.
    """

    kind: str
    time: float
    number: int
    server: str | None
    text: str


class HealthState(_enum.Enum):
    """The state of a server. UP and SUSPECT are spoken to; in the others it gets no calls."""

    UP = 0
    SUSPECT = 1
    DOWN = 2
    PROBING = 3
    REJOINING = 4
    OUT = 5


class Seen(_enum.Enum):
    """What was seen of a server.

    Of calls: ANSWERED in time; UNREACHED, no connection; UNANSWERED, the time was over or the
    connection lost; GARBLED, no reply to what was asked. Then PROBE_ANSWERED, PROBE_FAILED;
    CLEANED and NOT_CLEANED, whether undoing what was missed was done; FORGOTTEN, the keys whose
    change failed are no longer all known; TAKEN_OUT and PUT_BACK, by an operator.
    """

    ANSWERED = 0
    UNREACHED = 1
    UNANSWERED = 2
    GARBLED = 3
    PROBE_ANSWERED = 4
    PROBE_FAILED = 5
    CLEANED = 6
    NOT_CLEANED = 7
    FORGOTTEN = 8
    TAKEN_OUT = 9
    PUT_BACK = 10


class HealthWork(_enum.Enum):
    """What is to be done for a server that is REJOINING, before CLEANED is reported.

    REPAIR deletes the keys whose change failed, FLUSH empties it.
    """

    NONE = 0
    REPAIR = 1
    FLUSH = 2


class RouteKind(_enum.Enum):
    """Whither a key goes: its own server, another one, one of the gutter, or nowhere."""

    HOME = 0
    STAND_IN = 1
    GUTTER = 2
    NOWHERE = 3


class VitalSigns(_typing.NamedTuple):
    """How a server is. Times are those of the events.

    since is when it came into this state, reason what made it. down_since is when it was last
    spoken to, None while it is. next_probe is None where no probe is waiting. probes_failed counts
    since it was steady, unanswered in a row.
    """

    state: HealthState
    reason: Seen
    work: HealthWork
    since: float
    down_since: float | None
    next_probe: float | None
    probes_failed: int
    unanswered: int


class Route(_typing.NamedTuple):
    """Where a key goes now, and its home. server is None where it goes nowhere.

    ttl_most is the seconds that an item may live there; None: as it is given. The indexes are
    those in servers, that of a server of the gutter in gutter.
    """

    kind: RouteKind
    home: str
    server: str | None
    ttl_most: float | None
    home_index: int
    server_index: int | None


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


from ._native import Client, Health, Ring, Topology, __version__  # noqa: E402 - it looks these up

__all__ = [
    "Change",
    "Client",
    "Event",
    "Flow",
    "Health",
    "HealthState",
    "HealthWork",
    "InvalidArgumentError",
    "InvalidKeyError",
    "InvalidProfileError",
    "InvalidServersError",
    "InvalidTopologyError",
    "InvalidValueError",
    "Item",
    "MismatchError",
    "Outcome",
    "PartialError",
    "Placement",
    "Plan",
    "PlannedServer",
    "PolyringError",
    "ProtocolError",
    "Ring",
    "Route",
    "RouteKind",
    "Seen",
    "ServerError",
    "Statistics",
    "Topology",
    "UnavailableError",
    "UnknownError",
    "VitalSigns",
]
