"""Every call there is, the good and the bad, for the checks of memory.

Run with a number of rounds; imported, it is one round a call of `once`.
"""

import sys

import polyring

SERVERS = ["10.0.0.1", "web=10.0.0.2:11212:3", b"10.0.0.3", bytearray(b"unix:/run/memcached.sock")]
PROFILE = "libmemcached/modula"
TOO_LONG = b"k" * 251
ERRORS = (TypeError, ValueError, LookupError, RuntimeError, BufferError)


class Failing:
    """A sequence whose second item cannot be had."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index:
            raise LookupError("no second item")
        return "a"


class Shrinking(list):
    """A list that is shorter whenever somebody iterates over it."""

    def __iter__(self):
        self.pop()
        return super().__iter__()


def bad_constructions():
    ring = polyring.Ring
    yield lambda: ring()
    yield lambda: ring("a b", PROFILE, 3)
    yield lambda: ring(hosts="a")
    for servers in (None, 3, 2**80, {"a"}, {"a": 1}, (s for s in "ab"), [1], ["a", None],
                    [["a"]], Failing(), memoryview(b"abcd")[::2], "\ud800", ["\ud800"],
                    "", " ", [], [""], ["a b"], "a\0b", ["a", "b\0"], "10.0.0.1:99999",
                    "10.0.0.1 10.0.0.2:x"):
        yield lambda servers=servers: ring(servers, PROFILE)
    for profile in (None, 3, 2**80, [PROFILE], "\ud800", "nobody", PROFILE + "\0",
                    PROFILE + ",hash=none", PROFILE + ",nothing=1", b"\xff\xfe"):
        yield lambda profile=profile: ring("a b", profile)


def bad_keys(ring):
    yield ring.locate
    yield lambda: ring.locate("a", "b")
    yield lambda: ring.locate(key="a")
    for method in (ring.locate, ring.explain):
        for key in (None, 3, 2**80, 1.5, ["a"], object(), "\ud800", memoryview(b"abcd")[::2],
                    "", b"", TOO_LONG, "é" * 126):
            yield lambda method=method, key=key: method(key)
    for method in (ring.locate_many, ring.locate_indexes):
        for keys in (None, 3, "abc", b"abc", bytearray(b"abc"), {"a"}, {"a": 1}, iter("abc"),
                     (k for k in "abc"), [1], ["a", None], ["a", "\ud800"], range(3), Failing(),
                     [memoryview(b"abcd")[::2]]):
            yield lambda method=method, keys=keys: method(keys)


def bad_objects(ring):
    empty = polyring.Ring.__new__(polyring.Ring)
    yield lambda: empty.locate("a")
    yield lambda: empty.locate_many(["a"])
    yield lambda: empty.locate_indexes(["a"])
    yield lambda: empty.explain("a")
    yield lambda: empty.servers
    yield lambda: empty.profile
    yield lambda: len(empty)
    yield lambda: ring.__init__(SERVERS, PROFILE)
    yield lambda: polyring.Ring.locate(3, "a")
    yield lambda: polyring.Ring.locate(None, "a")
    yield lambda: polyring.Ring.servers.__get__(3)
    yield lambda: int(ring)
    yield lambda: ring < ring


def bad_calls(ring):
    yield from bad_constructions()
    yield from bad_keys(ring)
    yield from bad_objects(ring)


def good_calls():
    ring = polyring.Ring(SERVERS, profile=PROFILE)
    keys = ["a", b"b", bytearray(b"c"), memoryview(b"d"), "😀", "a\0b", b"\xff", TOO_LONG[:250]]
    for key in keys:
        assert ring.locate(key) == ring.explain(key).server
    assert len(ring.locate_many(keys + [TOO_LONG])) == len(ring.locate_indexes(keys)) + 1
    ring.locate_many(Shrinking(["a", "b", "c"]))
    ring.locate_indexes(())
    repr(ring), len(ring), ring.servers, ring.profile, ring == 3, hash(ring)
    repr(polyring.Ring.__new__(polyring.Ring))
    polyring.Ring.profiles()
    return ring


def once():
    for call in bad_calls(good_calls()):
        try:
            call()
        except ERRORS:
            continue
        raise AssertionError("a bad call was taken")


if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        once()
