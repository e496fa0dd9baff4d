"""Servers that answer what they should not (fake.py, fake_rows.py): never a wrong value, never a false success, and the
right failure; the next call on the client works."""

import fake_rows
from drivers import PATIENT, Wrong, blob, key, plain, short
from fake import NUMBER, Fake, value_of
from fake_rows import KEYS, MISS, RIGHT

SOON = {"timeout": "250ms", "connect_timeout": "250ms"}
OF_VALUE = {"set", "add", "cas"}


class Case:
    """A client in front of one server of a row."""

    def __init__(self, driver, row, control, what):
        self.driver, self.control, self.what = driver, control, what
        self.name, self.protocol, answers, self.allowed = row
        self.server = Fake(answers)

    def __enter__(self):
        times = SOON if self.name in fake_rows.SLOW else PATIENT
        self.driver.open(self.server.word, **times, protocol=self.protocol, on_mismatch="ignore", announce="false")
        return self

    def __exit__(self, *unused):
        self.server.close()

    def fits(self, said, n):
        right = {"PARTIAL"} if self.control else self.allowed[min(n, len(self.allowed) - 1)]
        if said not in right:
            raise Wrong(f"{self.protocol}: row \"{self.name}\", {self.what}, {n + 1}: {said}, not "
                        f"{' or '.join(sorted(right))}")

    def ask(self, call, **request):
        if self.name not in fake_rows.SLOW:
            self.server.rest()
        answer = self.driver.ask(call, **request)
        self.driver.note(f"{self.protocol}, {self.name}, {self.what}", answer)
        foreign = self.server.foreign(self.protocol)
        if foreign and self.protocol != "auto":
            raise Wrong(f"protocol={self.protocol} sends {foreign!r}, which is another protocol")
        return answer

    def recovers(self, call=None, **request):
        """The server is in order from now on: so must be the client, at once where it had time."""
        self.server.mended = True
        if self.name not in fake_rows.SLOW:
            self.server.rest()
        last = None
        stray = self.protocol == "meta" and self.name == fake_rows.STRAY  # which costs the next call its reply
        for _ in range(20 if self.name in fake_rows.SLOW else 2 if stray else 1):
            last = changed(self.driver.ask(call, **request)) if call else RIGHT
            if last == RIGHT:
                last = got(self.driver.ask("get", key=key(KEYS[1])), KEYS[1])
            if last == RIGHT:
                return
        raise Wrong(f"{self.protocol}: row \"{self.name}\", {self.what}: then the server is in order, and the client "
                    f"says {last}")


def got(answer, k):
    if "value" in answer:
        good = [plain(blob(make(k)), True) for make in (value_of, fake_rows.nasty_of)]
        return RIGHT if plain(answer["value"], True) in good else f"the wrong value {short(answer['value'])}"
    return MISS if "miss" in answer else answer["failure"]["status"]


def changed(answer):
    if "number" in answer:
        return RIGHT if answer["number"] == str(NUMBER) else f"the wrong number {answer['number']}"
    if "outcome" in answer:
        return RIGHT if answer["outcome"] == "OK" else answer["outcome"]
    return MISS if "miss" in answer else answer["failure"]["status"]


def of_many(answer, k):
    for name, failure in answer["failures"]:
        if name == key(k):
            return failure["status"]
    for name, outcome in answer.get("outcomes", []):
        if name == key(k):
            return RIGHT if outcome == "OK" else outcome
    return got(next(({"value": value} for name, value in answer.get("found", []) if name == key(k)), {"miss": True}), k)


def request_of(call):
    request = {"key": key(KEYS[0])}
    if call in OF_VALUE:
        request.update(value=["text", "new"], ttl=0)
    if call == "cas":
        request["cas"] = "77"
    if call == "touch":
        request["ttl"] = 100
    if call == "incr":
        request["delta"] = 1
    return request


def gets(driver, row, control):
    with Case(driver, row, control, "get") as case:
        for n, k in enumerate(KEYS):
            case.fits(got(case.ask("get", key=key(k)), k), n)
        case.recovers()
    return 1


def changes(driver, row, control):
    for call in fake_rows.CHANGES if row[0] not in fake_rows.SLOW else fake_rows.CHANGES[:1]:
        with Case(driver, row, control, call) as case:
            case.fits(changed(case.ask(call, **request_of(call))), 0)
            case.recovers(call, **request_of(call))
    return len(fake_rows.CHANGES)


def sets_of_many(driver, row, control):
    with Case(driver, row, control, "set_many") as case:
        answer = case.ask("set_many", items=[[key(k), ["text", "new"]] for k in KEYS], ttl=0)
        for n, k in enumerate(KEYS):
            case.fits(of_many(answer, k), n)
        case.recovers("set", **request_of("set"))
    return 1


def gets_of_many(driver, row, control):
    with Case(driver, row, control, "get_many") as case:
        answer = case.ask("get_many", keys=[key(k) for k in KEYS])
        for n, k in enumerate(KEYS):
            case.fits(of_many(answer, k), n)
        case.recovers()
    return 1


def asked(driver, row, control):
    with Case(driver, row, control, "get") as case:
        case.fits(got(case.ask("get", key=key(KEYS[0])), KEYS[0]), 0)
        case.fits(changed(case.ask("set", **request_of("set"))), 0)
        case.recovers("set", **request_of("set"))
    return 1


def replies(driver, control):
    """Returns the number of cases."""
    count, wrongs = 0, []
    for run, table in ((gets, fake_rows.TEXT_GETS), (gets, fake_rows.META_GETS), (changes, fake_rows.TEXT_CHANGES),
                       (changes, fake_rows.META_CHANGES), (sets_of_many, fake_rows.META_SETS), (gets_of_many, fake_rows.MANY_GETS),
                       (asked, fake_rows.ASKED)):
        for row in table:
            try:
                count += run(driver, row, control)
            except Wrong as wrong:
                wrongs.append(str(wrong))
    if wrongs:
        raise Wrong("\n".join([f"{len(wrongs)} rows", *wrongs[:20]]))
    return count
