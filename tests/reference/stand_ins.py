"""What vectors/failover has of keys and sets of dead servers, by the engine."""
import hashlib
from urllib.parse import unquote_to_bytes

import annotate
from engine import Ring
from failover import Failover
from keys import KeyRefused


def engine_of(table, profile, servers):
    text = " ".join(servers)
    return Failover(table, Ring(table, profile, text), text)


def dead_sets(count):
    """Every set of the dead but the empty one, by ascending masks: bit i is server i."""
    for mask in range(1, 1 << count):
        yield tuple(i for i in range(count) if mask >> i & 1)


def orders_of(engine, about):
    """(home, stand-ins) of the numbered keys."""
    for n in range(about["from"], about["from"] + about["count"]):
        home, order = engine.candidates(about["keys"].replace("{n}", str(n)).encode())
        yield home, tuple(order)


def lines_of(engine, orders, dead, most):
    """One line a key: where it goes, or - for nowhere."""
    lines = {}
    for candidates in orders:
        if candidates not in lines:
            at = engine.chosen(*candidates, dead, most)
            lines[candidates] = b"-\n" if at is None else b"%d\n" % at
    return b"".join(map(lines.__getitem__, orders))


def digest(engine, orders, most):
    """The SHA-256 of the lines of all sets."""
    total = hashlib.sha256()
    for dead in dead_sets(len(engine.ring.servers)):
        total.update(lines_of(engine, orders, dead, most))
    return total.hexdigest()


def derived(engine, key, dead):
    """The fields of a case that follow from its key and set, or None: the row refuses the key."""
    try:
        home, order = engine.candidates(unquote_to_bytes(key))
    except KeyRefused:
        return None
    order = tuple(order)
    capped, free = (engine.chosen(home, order, dead, most)
                    for most in (engine.most, len(engine.ring.servers)))
    case = {"home": home} | ({"nowhere": True} if capped is None else {"at": capped})
    return case if free == capped else case | {"uncapped": free}


def disagreements(table, vector):
    """What the engine says otherwise than a file, one text each."""
    engine, about = engine_of(table, vector["profile"], vector["servers"]), vector["digest"]
    if vector["cases_sha256"] != annotate.seal(vector["cases"]):
        yield "cases_sha256: the cases were edited"
    for case in vector["cases"]:
        fields = derived(engine, case["key"], case["dead"])
        said = {name: case[name] for name in ("home", "at", "nowhere", "uncapped") if name in case}
        if "withdrawn" not in case and said != fields:
            yield f"{case['id']}: key {case['key']}: {said}, not {fields}"
    orders = list(orders_of(engine, about))
    for name, most in (("capped", engine.most), ("uncapped", len(vector["servers"]))):
        if digest(engine, orders, most) != about[name]:
            yield f"digest.{name}: not the engine's"
