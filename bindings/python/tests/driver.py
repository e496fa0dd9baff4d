"""A request a line (JSON) from standard input, an answer a line: for tests that compare languages."""

import base64
import json
import sys
import threading
import time

import polyring

TAKES = {  # what a request has, in the order of the method's arguments
    "get": ["key"], "get_and_touch": ["key", "ttl"], "counter": ["key"], "gets": ["key"],
    "set": ["key", "value", "ttl"], "add": ["key", "value", "ttl"],
    "replace": ["key", "value", "ttl"], "append": ["key", "value"], "prepend": ["key", "value"],
    "delete": ["key"], "invalidate": ["key", "ttl"], "touch": ["key", "ttl"],
    "set_counter": ["key", "number", "ttl"]}
ASKED = {"flush_all", "verbosity", "ping", "version", "stats", "dump"}
MISSING = object()


def key_in(text):
    return base64.b64decode(text)


def key_out(key):
    return base64.b64encode(key).decode()


def value_in(value):
    kind, rest = value[0], value[1] if len(value) > 1 else None
    if kind == "bytes":
        return base64.b64decode(rest)
    if kind == "list":
        return [value_in(item) for item in rest]
    if kind == "map":
        return {name: value_in(item) for name, item in rest}
    return {"none": lambda: None, "bool": lambda: rest, "int": lambda: int(rest),
            "float": lambda: float(rest), "text": lambda: rest}[kind]()


def value_out(value):
    if value is None:
        return ["none"]
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode()]
    if isinstance(value, list):
        return ["list", [value_out(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[name, value_out(item)] for name, item in value.items()]]
    kind = {bool: "bool", int: "int", float: "float", str: "text"}[type(value)]
    return [kind, value if kind in ("bool", "text") else repr(value)]


def failure(error):
    return {"status": error.status, "class": type(error).__name__, "server": error.server,
            "stage": error.stage, "text": str(error),
            "key": None if error.key is None else key_out(error.key)}


def one_of(request, names, default=0):
    convert = {"key": key_in, "value": value_in}
    return [convert.get(name, lambda x: x)(request[name]) if name in request else default
            for name in names]


def number(value):
    return {"miss": True} if value is None else {"number": str(value)}


def item(got):
    if got is None:
        return {"miss": True}
    shown = {"value": value_out(got.value), "cas": str(got.cas)}
    if got.ttl is not None:
        shown.update(ttl=got.ttl, size=got.size, won=got.won, stale=got.stale,
                     already_won=got.already_won)
    return shown


def parts(call):
    """What completed, and what failed."""
    try:
        return call(), {}
    except polyring.PartialError as error:
        return error.found, {key: failure(why) for key, why in error.failures.items()}


class Driver:
    client = None

    def answer(self, request):
        name = request["call"]
        own = getattr(self, "do_" + name, None)
        if own:
            return own(request)
        if name in ASKED:
            return self.ask(name, request)
        method, arguments = getattr(self.client, name), one_of(request, TAKES[name])
        if name in ("get", "get_and_touch", "counter"):
            value = method(*arguments, default=MISSING)
            return {"miss": True} if value is MISSING else {"value": value_out(value)}
        if name == "gets":
            return item(method(*arguments))
        return {"outcome": method(*arguments).name}

    def ask(self, name, request):
        options = {key: request[key] for key in ("delay", "level", "arguments", "server")
                   if key in request}
        found, failures = parts(lambda: getattr(self.client, name)(**options))
        shown = [[server, told.name if isinstance(told, polyring.Outcome) else told]
                 for server, told in found.items()]
        return {"servers": shown, "failures": list(failures.items())}

    def do_open(self, request):
        self.do_close(request)
        settings = {name: {"true": True, "false": False}.get(value, value)
                    for name, value in request.get("settings", {}).items()}
        self.client = polyring.Client(request["servers"], **settings)
        self.noticed, self.states = [], {}
        return {"ok": True}

    def do_close(self, request):
        if self.client:
            self.client.close()
        return {"ok": True}

    def do_types(self, request):
        values = value_in(request["value"]), self.client.get(key_in(request["key"]))
        return {name: type(value).__name__ for name, value in zip(("written", "read"), values)}

    def do_item(self, request):
        return item(self.client.item(key_in(request["key"]), request.get("vivify"),
                                     request.get("recache")))

    def do_cas(self, request):
        key, value, ttl = one_of(request, ["key", "value", "ttl"])
        return {"outcome": self.client.cas(key, value, int(request["cas"]), ttl).name}

    def do_get_many(self, request):
        keys = [key_in(key) for key in request["keys"]]
        found, failures = parts(lambda: self.client.get_many(keys))
        return {"found": [[key_out(key), value_out(found[key])] for key in keys if key in found],
                "failures": [[key_out(key), why] for key, why in failures.items()]}

    def outcomes(self, call):
        found, failures = parts(call)
        return {"outcomes": [[key_out(key), outcome.name] for key, outcome in found.items()],
                "failures": [[key_out(key), why] for key, why in failures.items()]}

    def do_set_many(self, request):
        items = {key_in(key): value_in(value) for key, value in request["items"]}
        return self.outcomes(lambda: self.client.set_many(items, request.get("ttl", 0)))

    def do_delete_many(self, request):
        keys = [key_in(key) for key in request["keys"]]
        return self.outcomes(lambda: self.client.delete_many(keys))

    def do_touch_many(self, request):
        keys = [key_in(key) for key in request["keys"]]
        return self.outcomes(lambda: self.client.touch_many(keys, request["ttl"]))

    def count(self, method, request):
        return number(method(key_in(request["key"]), int(request.get("delta", 1)),
                             initial=request.get("initial"), ttl=request.get("ttl", 0)))

    def do_incr(self, request):
        return self.count(self.client.incr, request)

    def do_decr(self, request):
        return self.count(self.client.decr, request)

    def change(self, method, request):
        method(request["text"])
        return {"ok": True}

    def do_add_server(self, request):
        return self.change(self.client.add_server, request)

    def do_remove_server(self, request):
        return self.change(self.client.remove_server, request)

    def do_set_topology(self, request):
        if request.get("object"):
            request["text"] = polyring.Topology.parse(request["text"])
        return self.change(self.client.set_topology, request)

    def do_setting(self, request):
        return {"text": self.client.setting(request["name"])}

    def do_hammer(self, request):
        """Threads write and read keys, without a pause, while the topology is changed: each of them all of its part
        at least once before, once behind, and whenever else."""
        keys, threads = [key_in(key) for key in request["keys"]], request["threads"]
        rounds, lost, over = [0] * threads, [], threading.Event()

        def work(number):
            while not over.is_set():
                for key in keys[number::threads]:
                    try:
                        if self.client.set(key, key) is not polyring.Outcome.OK:
                            lost.append(f"{key} is not set")
                        if self.client.get(key, key) != key:  # it may have moved in between
                            lost.append(f"{key} has another value")
                    except Exception as error:  # shown to the test
                        lost.append(str(error))
                rounds[number] += 1

        def wait(more):
            for number in range(threads):
                end = rounds[number] + more
                while rounds[number] < end:
                    time.sleep(0.001)

        workers = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(threads)]
        for worker in workers:
            worker.start()
        wait(1)
        for call, text in request["changes"]:
            getattr(self.client, call)(text)
        wait(2)
        over.set()
        for worker in workers:
            worker.join()
        return {"rounds": sum(rounds), "lost": lost[:10]}

    def do_topology(self, request):
        return {"text": self.client.topology().text()}

    def do_fingerprint(self, request):
        return {"text": self.client.ring().fingerprint()}

    def do_locate(self, request):
        return {"text": self.client.ring().locate(key_in(request["key"]))}

    def do_statistics(self, request):
        shown = [server._asdict() for server in self.client.statistics()]
        for server in shown:
            del server["latency"]  # infinity is no JSON
            server["state"] = server["state"].name
        return {"servers": shown}

    def take_events(self):
        for event in self.client.events():
            self.noticed.append(event._asdict())
            if event.kind == "HEALTH":
                self.states[event.server] = event.text.split(" -> ")[1].split()[0]

    def do_events(self, request):
        self.take_events()
        told, self.noticed = self.noticed, []
        return {"events": told}

    def do_health(self, request):
        self.take_events()
        return {"state": self.states.get(request["server"], "UP")}

    def do_tick(self, request):
        self.client.tick(request["budget"])
        return {"ok": True}


def main():
    driver = Driver()
    for line in sys.stdin.buffer:
        try:
            answer = driver.answer(json.loads(line))
        except polyring.PolyringError as error:
            answer = {"failure": failure(error)}
        except Exception as error:  # shown to the test
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
