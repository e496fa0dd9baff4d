from typing import NamedTuple, Sequence

__all__ = [
    "InvalidArgumentError",
    "InvalidKeyError",
    "InvalidProfileError",
    "InvalidServersError",
    "Placement",
    "PolyringError",
    "Ring",
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
    @staticmethod
    def profiles() -> list[str]: ...
