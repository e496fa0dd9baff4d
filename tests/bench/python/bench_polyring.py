"""Polyring from Python. usage: bench_polyring.py KEYS_FILE"""

import polyring
from serve import lists, serve

OK = polyring.Outcome.OK


def ring_of(servers, profile):
    return polyring.Ring([f"{server}:11211" for server in servers], profile)


def one(keys, servers, profile):
    ring = ring_of(servers, profile)
    locate = ring.locate
    index = {server: i for i, server in enumerate(ring.servers)}

    def work():
        for key in keys:
            locate(key)
    return work, lambda: (index[locate(key)] for key in keys)


def many(keys, servers, profile):
    ring = ring_of(servers, profile)
    locate_many = ring.locate_many
    index = {server: i for i, server in enumerate(ring.servers)}
    batches = lists(keys)

    def work():
        for batch in batches:
            locate_many(batch)
    return work, lambda: (index[at] for batch in batches for at in locate_many(batch))


def indexes(keys, servers, profile):
    locate_indexes = ring_of(servers, profile).locate_indexes
    batches = lists(keys)

    def work():
        for batch in batches:
            locate_indexes(batch)
    return work, lambda: (at for batch in batches for at in locate_indexes(batch))


class Connected:
    def __init__(self, servers, profile):
        client = polyring.Client(servers, profile=profile, timeout=10)
        self.get, self.set, self.get_many = client.get, client.set, client.get_many
        self._set_many = client.set_many

    def set_many(self, items):
        return list(self._set_many(items).values()).count(OK)


if __name__ == "__main__":
    serve(f"polyring {polyring.__version__}", {"one": one, "many": many, "indexes": indexes},
          Connected)
