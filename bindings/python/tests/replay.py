"""Python's part of the decision script: reads operations from standard input, writes what a Health
answers. vectors/failover/decisions.txt says what they are."""

import sys

from polyring import Health, InvalidKeyError, Seen

LENGTHS = {"probe_interval", "probe_most", "settle", "steady", "stand_in_ttl"}


def seconds(text):
    whole, rest = divmod(int(text), 1_000_000)
    return int(text) / 1e6 if rest else whole


def micro(time):
    return "-" if time is None else round(time * 1e6)


def shown(value):
    return "-" if value is None else value


def new(profile, servers, gutter, seed, *columns):
    policy = dict(column.split("=") for column in columns)
    for name, value in policy.items():
        if name in LENGTHS:
            policy[name] = seconds(value)
        elif value.isdigit():
            policy[name] = int(value)
    return Health(servers.split(","), profile, seed=int(seed),
                  gutter=None if gutter == "-" else gutter.replace(",", " "), **policy)


def answer(health, name, *words):
    if name == "report":
        server, seen, now, detail = words
        health.report(int(server), Seen[seen], seconds(now),
                      None if detail == "-1" else seconds(detail))
    elif name == "due":
        yield "due", shown(health.due(seconds(words[0])))
    elif name == "next":
        yield "next", micro(health.next_due())
    elif name == "signs":
        of = health.signs(int(words[0]))
        yield ("signs", of.state.name, of.reason.name, of.work.name, micro(of.since),
               micro(of.down_since), micro(of.next_probe), of.probes_failed, of.unanswered)
    elif name == "route":
        try:
            to = health.route(words[0], seconds(words[1]))
            yield ("route", to.kind.name, to.home_index, shown(to.server_index),
                   micro(to.ttl_most or 0))
        except InvalidKeyError:
            yield "route", "refused"
    elif name == "log":
        yield from (("log", line) for line in health.log())
    else:
        sys.exit(f"no such operation: {name}")


def main():
    health = None
    for line in sys.stdin:
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "new":
            health = new(*words[1:])
        else:
            for told in answer(health, *words):
                print(*told)


if __name__ == "__main__":
    main()
