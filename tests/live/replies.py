"""Servers that answer what they should not (fake.py): never a wrong value, and the right failure."""

import fake
from drivers import Wrong, blob, key, plain, short


def replies(driver, control):
    """Returns the number of rows, or the reason why there are none."""
    answer = driver.ask("open", servers="127.98.9.1:1", settings={"protocol": "text"})
    if "failure" in answer:
        return answer["failure"]["text"]
    for name, answers, allowed in fake.ROWS:
        server = fake.Fake(answers)
        try:
            driver.open(server.word, protocol="text", timeout="250ms", connect_timeout="250ms", on_mismatch="ignore",
                        announce="false")
            for n, k in enumerate(fake.KEYS):
                said = classify(driver.ask("get", key=key(k)), k)
                if server.foreign:
                    return f"protocol=text sends {server.foreign!r}, which is another protocol"
                right = {"PARTIAL"} if control else allowed[min(n, len(allowed) - 1)]
                if said not in right:
                    raise Wrong(f"row \"{name}\", get {n + 1}: {said}, not {' or '.join(sorted(right))}")
        finally:
            server.close()
    return len(fake.ROWS)


def classify(answer, k):
    if "value" in answer:
        good = [plain(blob(make(k)), True) for make in (fake.value_of, fake.nasty_of)]
        return fake.RIGHT if plain(answer["value"], True) in good else f"the wrong value {short(answer['value'])}"
    return fake.MISS if "miss" in answer else answer["failure"]["status"]
