"""Proof that `polyring-check lint` can fail: files of stand-ins with one fault each.

usage: lint_stand_in_controls.py PROGRAM GOOD_FILE
"""
import sys

import lint_controls


def first_with(file, name):
    return next(case for case in file["cases"] if name in case)


CONTROLS = {  # as in lint_controls.py
    "other stand-in": (lambda f: first_with(f, "at").update(at=first_with(f, "at")["home"]), True,
                       "\"at\": the core says"),
    "other home": (lambda f: f["cases"][0].update(home=(f["cases"][0]["home"] + 1) % 7), True,
                   "\"home\": the core says"),
    "nowhere, but there is one": (
        lambda f: (lambda case: (case.pop("at"), case.update(nowhere=True)))(first_with(f, "at")),
        True, "\"nowhere\": the core says"),
    "somewhere above the cap": (
        lambda f: (lambda case: (case.pop("nowhere"), case.update(at=case.pop("uncapped"))))(
            first_with(f, "uncapped")), True, "\"at\": the core says nowhere"),
    "other server without the cap": (
        lambda f: (lambda case: case.update(uncapped=case["home"]))(first_with(f, "uncapped")),
        True, "\"uncapped\": the core says"),
    "uncapped beside at": (lambda f: first_with(f, "at").update(uncapped=0), True,
                           "only beside"),
    "neither at nor nowhere": (lambda f: first_with(f, "at").pop("at"), True, "either"),
    "nowhere false": (lambda f: first_with(f, "nowhere").update(nowhere=False), True, "either"),
    "at beyond the servers": (lambda f: first_with(f, "at").update(at=7), True, "there are"),
    "negative home": (lambda f: f["cases"][0].update(home=-1), True, "there are"),
    "no set": (lambda f: f["cases"][0].update(dead=[]), True, "is empty"),
    "dead twice": (lambda f: f["cases"][0].update(dead=[1, 1]), True, "ascending"),
    "dead beyond": (lambda f: f["cases"][0].update(dead=[2, 7]), True, "ascending"),
    "dead negative": (lambda f: f["cases"][0].update(dead=[-1, 2]), True, "ascending"),
    "dead as a text": (lambda f: f["cases"][0].update(dead=["2"]), True, "ascending"),
    "key spelled otherwise": (lambda f: f["cases"][0].update(key="%61"), True, "should be written"),
    "key refused by the row": (lambda f: f["cases"][0].update(key="x" * 251), True,
                               "the core refuses the key"),
    "unknown field in a case": (lambda f: f["cases"][0].update(hash="1"), True, "is unknown"),
    "unknown field": (lambda f: f.update(witnesses=[]), True, "is unknown"),
    "edited by hand": (lambda f: f["cases"][0].update(id="renamed"), False, "cases were edited"),
    "id twice": (lambda f: f["cases"].append(f["cases"][0]), True, "is there twice"),
    "few cases": (lambda f: f.update(cases=f["cases"][:5]), True, "at least 6"),
    "other policy": (lambda f: f.update(on_dead="miss"), True, "is not next"),
    "no policy": (lambda f: f.pop("on_dead"), True, "\"on_dead\" is missing"),
    "observed": (lambda f: f["source"].update(kind="observed"), True, "only derived"),
    "derived by another": (lambda f: f["source"].update(client="x"), True, "only tests/reference"),
    "Polyring as client": (lambda f: f["source"].update(client="polyring"), True, "never the source"),
    "wrong digest with the cap": (lambda f: f["digest"].update(capped="0" * 64), True,
                                  "digest.capped: the core's"),
    "wrong digest without": (lambda f: f["digest"].update(uncapped=f["digest"]["capped"]), True,
                             "digest.uncapped: the core's"),
    "short digest": (lambda f: f["digest"].update(count=10), True, "at least 100"),
    "huge digest": (lambda f: f["digest"].update(count=1 << 40), True, "at least 100"),
    "digest without numbers": (lambda f: f["digest"].update(keys="k"), True, "has no {n}"),
    "digest of refused keys": (lambda f: f["digest"].update(keys="x" * 250 + "{n}"), True,
                               "the core refuses the key"),
    "one digest": (lambda f: f["digest"].pop("uncapped"), True, "\"uncapped\" is missing"),
    "many servers": (lambda f: f["servers"].extend(f"h{n}" for n in range(9)), True,
                     "more than 12"),
    "other search": (lambda f: f.update(profile=f["profile"] + ",search=floor"), True,
                     "the core says"),
    "unknown profile": (lambda f: f.update(profile="ketamma"), True, "profile:"),
}

if __name__ == "__main__":
    sys.exit(lint_controls.check(*sys.argv[1:], CONTROLS, lint_controls.BROKEN_TEXTS))
