"""pylibmc. usage: bench_pylibmc.py KEYS_FILE"""

import pylibmc
from serve import serve


def one(keys, servers, _profile):
    locate = pylibmc.Client(servers, behaviors={"ketama_weighted": True}).hash

    def work():
        for key in keys:
            locate(key)
    return work, lambda: map(locate, keys)


if __name__ == "__main__":
    serve(f"pylibmc {pylibmc.__version__}", {"one": one})
