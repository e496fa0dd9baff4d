"""Store and read on memcached servers; they are the arguments, or 127.0.0.1:11211."""

import sys

import polyring

servers = sys.argv[1:] or ["127.0.0.1:11211"]

with polyring.Client(servers, profile="ketama", timeout=2.0) as client:
    client.set("user:17", {"name": "Ada", "visits": 3}, ttl=600)
    print(client.get("user:17"))  # {'name': 'Ada', 'visits': 3}

    client.set_many({f"page:{i}": f"text {i}" for i in range(5)}, ttl=60)
    print(client.get_many(["page:1", "page:4", "page:9"]))  # {'page:1': 'text 1', 'page:4': 'text 4'}

    client.set_counter("hits", 41)
    print(client.incr("hits"))  # 42

    item = client.gets("user:17")
    if not client.cas("user:17", {**item.value, "visits": 4}, item.cas):
        print("somebody was faster")

    try:
        print(client.get("user:18", default="nobody"))  # nobody
    except polyring.UnavailableError as error:
        print(f"{error.server}: {error}")
