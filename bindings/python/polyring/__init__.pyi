from typing import NamedTuple, Sequence

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

__version__: str

_Text = str | bytes | bytearray | memoryview

class PolyringError(Exception):
    status: str | None
    server: str | None
    position: int | None

class InvalidArgumentError(PolyringError, ValueError): ...
class InvalidKeyError(InvalidArgumentError): ...
class InvalidServersError(InvalidArgumentError): ...
class InvalidProfileError(InvalidArgumentError): ...
class InvalidTopologyError(InvalidArgumentError): ...

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
