"""pylibmc. usage: bench_pylibmc.py KEYS_FILE"""

import pylibmc
from serve import serve


def one(keys, servers, _profile):
    locate = pylibmc.Client(servers, behaviors={"ketama_weighted": True}).hash

    def work():
        for key in keys:
            locate(key)
    return work, lambda: map(locate, keys)


class Connected:
    def __init__(self, servers, _profile):
        client = pylibmc.Client([server.removeprefix("unix:") for server in servers],
                                behaviors={"ketama_weighted": True, "tcp_nodelay": True})
        self.get, self.set, self.get_many = client.get, client.set, client.get_multi
        self._set_many = client.set_multi

    def set_many(self, items):
        return len(items) - len(self._set_many(items))  # it gives those that failed


if __name__ == "__main__":
    serve(f"pylibmc {pylibmc.__version__}", {"one": one}, Connected)
