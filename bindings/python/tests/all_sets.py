"""Python's part of tests/reference/test_all_sets.py, which says what is read and written."""

import hashlib
import sys

from polyring import Health, Seen


def main():
    profile, servers, pattern, count, *mosts = sys.argv[1:]
    keys = [pattern.replace("{n}", str(n)) for n in range(int(count))]
    numbers = range(len(Health(servers, profile).servers))
    lines = {(home, at): f"{home} {'-' if at is None else at}\n".encode()
             for home in numbers for at in (None, *numbers)}
    for most in mosts:
        for dead in range(1, 1 << len(numbers)):
            health = Health(servers, profile, on_dead="next", dead_most=int(most), seed=1)
            for i in numbers:
                if dead >> i & 1:
                    health.report(i, Seen.UNREACHED, 0)
            routes = (health.route(key, 0) for key in keys)
            told = b"".join(lines[to.home_index, to.server_index] for to in routes)
            print(hashlib.sha256(told).hexdigest())


if __name__ == "__main__":
    main()
