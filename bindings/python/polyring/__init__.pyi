import enum
import os
from datetime import timedelta
from types import TracebackType
from typing import Any, Iterable, Mapping, NamedTuple, Sequence, TypeVar

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

__version__: str

_Text = str | bytes | bytearray | memoryview
_Time = int | float | timedelta | str
_Ttl = int | timedelta
_Length = int | float | timedelta
_K = TypeVar("_K", bound=_Text)

class PolyringError(Exception):
    status: str | None
    server: str | None
    position: int | None
    key: bytes | None
    stage: str | None
    spent: float | None
    errno: int | None

class InvalidArgumentError(PolyringError, ValueError): ...
class InvalidKeyError(InvalidArgumentError): ...
class InvalidServersError(InvalidArgumentError): ...
class InvalidProfileError(InvalidArgumentError): ...
class InvalidTopologyError(InvalidArgumentError): ...

class InvalidValueError(InvalidArgumentError): ...
class UnavailableError(PolyringError): ...
class UnknownError(PolyringError): ...
class ProtocolError(PolyringError): ...
class ServerError(PolyringError): ...
class MismatchError(PolyringError): ...

class PartialError(PolyringError):
    found: dict[Any, Any]
    failures: dict[Any, Exception]

class Outcome(enum.Enum):
    OK = 0
    MISS = 1
    NOT_STORED = 2
    EXISTS = 3
    def __bool__(self) -> bool: ...

class Item(NamedTuple):
    value: Any
    cas: int
    ttl: int | None
    last_access: int | None
    hit_before: bool | None
    size: int | None
    won: bool
    stale: bool
    already_won: bool
    flags: int

class Statistics(NamedTuple):
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
    state: HealthState
    in_doubt: int
    refused: int
    redirected: int
    probes: int

class Event(NamedTuple):
    kind: str
    time: float
    number: int
    server: str | None
    text: str

class HealthState(enum.Enum):
    UP = 0
    SUSPECT = 1
    DOWN = 2
    PROBING = 3
    REJOINING = 4
    OUT = 5

class Seen(enum.Enum):
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

class HealthWork(enum.Enum):
    NONE = 0
    REPAIR = 1
    FLUSH = 2

class RouteKind(enum.Enum):
    HOME = 0
    STAND_IN = 1
    GUTTER = 2
    NOWHERE = 3

class VitalSigns(NamedTuple):
    state: HealthState
    reason: Seen
    work: HealthWork
    since: float
    down_since: float | None
    next_probe: float | None
    probes_failed: int
    unanswered: int

class Route(NamedTuple):
    kind: RouteKind
    home: str
    server: str | None
    ttl_most: float | None
    home_index: int
    server_index: int | None

class Placement(NamedTuple):
    key: bytes
    sent_key: bytes
    hashed_text: bytes
    hash: int | None
    point: int | None
    label: bytes
    server: str
    index: int  # type: ignore[assignment]  # the method of tuple, hidden by the field
    ties: tuple[int, ...]
    why: str

class PlannedServer(NamedTuple):
    server: str
    old_index: int | None
    new_index: int | None
    before: float
    after: float

class Flow(NamedTuple):
    source: str
    target: str
    share: float

class Plan(NamedTuple):
    moved: float
    exact: bool
    sample: int
    servers: tuple[PlannedServer, ...]
    flows: tuple[Flow, ...]

class Change(NamedTuple):
    change: str
    subject: str | None
    before: str | None
    after: str | None
    old_index: int | None
    new_index: int | None

class Ring:
    def __init__(
        self,
        servers: _Text | Sequence[_Text],
        profile: _Text = "libmemcached/ketama-weighted",
    ) -> None: ...
    def __len__(self) -> int: ...
    @property
    def servers(self) -> tuple[str, ...]: ...
    @property
    def profile(self) -> str: ...
    def locate(self, key: _Text, /) -> str: ...
    def locate_many(self, keys: Sequence[_Text], /) -> list[str | None]: ...
    def locate_indexes(self, keys: Sequence[_Text], /) -> list[int]: ...
    def explain(self, key: _Text, /) -> Placement: ...
    def fingerprint(self, /) -> str: ...
    def plan(self, /, other: Ring, sample: int = 0) -> Plan: ...
    def with_server(self, server: _Text, /) -> Ring: ...
    def without_server(self, server: int | _Text, /) -> Ring: ...
    @staticmethod
    def profiles() -> list[str]: ...

class Topology:
    def __init__(
        self,
        servers: _Text | Sequence[_Text],
        profile: _Text = "libmemcached/ketama-weighted",
        epoch: int = 0,
    ) -> None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    @staticmethod
    def parse(text: _Text, /) -> Topology: ...
    @property
    def profile(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def servers(self) -> tuple[str, ...]: ...
    @property
    def settings(self) -> dict[str, str]: ...
    def text(self, /) -> str: ...
    def digest(self, /) -> str: ...
    def ring(self, /) -> Ring: ...
    def with_servers(self, servers: _Text | Sequence[_Text], /) -> Topology: ...
    def move_bucket(self, /, bucket: int, server: _Text) -> Topology: ...
    def diff(self, other: Topology, /) -> list[Change]: ...

class Client:
    def __init__(
        self,
        servers: _Text | Sequence[_Text] | Topology = "",
        *,
        profile: _Text | None = None,
        topology: str | bytes | os.PathLike[str] | None = None,
        timeout: _Time | None = None,
        read_timeout: _Time | None = None,
        write_timeout: _Time | None = None,
        connect_timeout: _Time | None = None,
        idle_timeout: _Time | None = None,
        max_connections: int | None = None,
        max_value: int | None = None,
        protocol: str | None = None,
        dialect: str | None = None,
        compress: str | None = None,
        compress_from: int | None = None,
        decode_text: bool | None = None,
        on_error: str | None = None,
        on_mismatch: str | None = None,
        announce: bool | None = None,
        on_dead: str | None = None,
        rejoin: str | None = None,
        detect_hard: int | None = None,
        detect_soft: int | None = None,
        detect_share: int | None = None,
        detect_garbled: int | None = None,
        probe_interval: _Time | None = None,
        probe_most: _Time | None = None,
        settle: _Time | None = None,
        steady: _Time | None = None,
        stand_in_ttl: _Time | None = None,
        dead_most: int | None = None,
        gutter: str | None = None,
        warm_time: _Time | None = None,
        max_in_flight: int | None = None,
    ) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(
        self,
        *exception: type[BaseException] | BaseException | TracebackType | None,
    ) -> None: ...
    @property
    def settings(self) -> dict[str, str]: ...
    def setting(self, name: _Text, /) -> str | None: ...
    def close(self, /) -> None: ...
    def get(self, /, key: _Text, default: Any = None) -> Any: ...
    def get_and_touch(self, /, key: _Text, ttl: _Ttl, default: Any = None) -> Any: ...
    def gets(self, key: _Text, /) -> Item | None: ...
    def item(
        self, /, key: _Text, vivify: int | None = None, recache: int | None = None
    ) -> Item | None: ...
    def get_many(self, keys: Iterable[_K], /) -> dict[_K, Any]: ...
    def set(self, /, key: _Text, value: Any, ttl: _Ttl = 0) -> Outcome: ...
    def add(self, /, key: _Text, value: Any, ttl: _Ttl = 0) -> Outcome: ...
    def replace(self, /, key: _Text, value: Any, ttl: _Ttl = 0) -> Outcome: ...
    def append(self, key: _Text, value: _Text, /) -> Outcome: ...
    def prepend(self, key: _Text, value: _Text, /) -> Outcome: ...
    def cas(self, /, key: _Text, value: Any, cas: int, ttl: _Ttl = 0) -> Outcome: ...
    def set_many(self, /, items: Mapping[_K, Any], ttl: _Ttl = 0) -> dict[_K, Outcome]: ...
    def delete(self, key: _Text, /) -> Outcome: ...
    def delete_many(self, keys: Iterable[_K], /) -> dict[_K, Outcome]: ...
    def invalidate(self, /, key: _Text, ttl: _Ttl) -> Outcome: ...
    def touch(self, /, key: _Text, ttl: _Ttl) -> Outcome: ...
    def touch_many(self, /, keys: Iterable[_K], ttl: _Ttl) -> dict[_K, Outcome]: ...
    def incr(
        self, /, key: _Text, delta: int = 1, initial: int | None = None, ttl: _Ttl = 0
    ) -> int | None: ...
    def decr(
        self, /, key: _Text, delta: int = 1, initial: int | None = None, ttl: _Ttl = 0
    ) -> int | None: ...
    def set_counter(self, /, key: _Text, number: int, ttl: _Ttl = 0) -> Outcome: ...
    def counter(self, /, key: _Text, default: Any = None) -> Any: ...
    def flush_all(self, /, delay: _Ttl = 0, server: _Text | None = None) -> dict[str, Outcome]: ...
    def stats(
        self, /, arguments: _Text = "", server: _Text | None = None
    ) -> dict[str, dict[str, str]]: ...
    def version(self, /, server: _Text | None = None) -> dict[str, str]: ...
    def dump(self, /, server: _Text | None = None) -> dict[str, str]: ...
    def verbosity(self, /, level: int, server: _Text | None = None) -> dict[str, Outcome]: ...
    def ping(self, /, server: _Text | None = None) -> dict[str, Outcome]: ...
    def set_topology(self, topology: _Text | Sequence[_Text] | Topology, /) -> None: ...
    def add_server(self, server: _Text, /) -> None: ...
    def remove_server(self, server: _Text, /) -> None: ...
    def tick(self, budget: _Length, /) -> None: ...
    def topology(self, /) -> Topology: ...
    def ring(self, /) -> Ring: ...
    def statistics(self, /) -> list[Statistics]: ...
    def events(self, /) -> list[Event]: ...

class Health:
    def __init__(
        self,
        servers: _Text | Sequence[_Text],
        profile: _Text = "libmemcached/ketama-weighted",
        *,
        gutter: _Text | Sequence[_Text] | None = None,
        seed: int | None = None,
        on_dead: _Text | None = None,
        rejoin: _Text | None = None,
        detect_hard: int | None = None,
        detect_soft: int | None = None,
        detect_share: int | None = None,
        detect_garbled: int | None = None,
        probe_interval: _Length | None = None,
        probe_most: _Length | None = None,
        settle: _Length | None = None,
        steady: _Length | None = None,
        stand_in_ttl: _Length | None = None,
        dead_most: int | None = None,
    ) -> None: ...
    @property
    def servers(self) -> tuple[str, ...]: ...
    @property
    def gutter(self) -> tuple[str, ...]: ...
    @property
    def profile(self) -> str: ...
    def report(
        self, /, server: int | _Text, seen: Seen, now: float, detail: _Length | None = None
    ) -> None: ...
    def due(self, now: float, /) -> int | None: ...
    def next_due(self, /) -> float | None: ...
    def signs(self, server: int | _Text, /) -> VitalSigns: ...
    def route(self, /, key: _Text, now: float) -> Route: ...
    def log(self, /) -> list[str]: ...
