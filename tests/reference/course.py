"""The course of the property test: cases, each with the answers of the core."""
import random

import compare
import engine
import samples
import servers

TRIES = 24  # lists that are drawn before one that its profile refuses is taken
CARELESS = 0.05  # how often the first list is taken


class Course:
    """Cases one after the other, every row and every value of every column by turns. What was
    once drawn is kept, up to a number of cases, for those who go the same way again."""

    def __init__(self, table, program, seed, batch, kept):
        self.table, self.program, self.batch, self.kept = table, program, batch, kept
        self.random, self.known, self.used = random.Random(seed), [], {}
        self.wishes = list(samples.wishes(table))
        self.turn, self.rounds = self.random.sample(self.wishes, len(self.wishes)), 0

    def wish(self):
        wish = self.turn.pop()
        if not self.turn:
            self.turn = self.random.sample(self.wishes, len(self.wishes))
            self.rounds += 1
        return wish

    def ring(self, wish, tries):
        """A profile with a wish, a list for it, and the engine's ring if one of the tries fits."""
        for n in range(tries):
            if n % 3 == 0:
                profile = samples.profile(self.random, self.table, wish)
                if profile is None:
                    raise ValueError(f"no profile was found that has {wish}")
            text = samples.servers(self.random, self.table.row(profile))
            try:
                return profile, text, engine.Ring(self.table, profile, text)
            except servers.ServersError:
                pass
        return profile, text, None

    def case(self, wish, tries):
        """(case, the core's answers)"""
        profile, text, ring = self.ring(wish, tries)
        keys = samples.keys(self.random, ring, self.batch) if ring else [b"key", b"1"]
        case = compare.Case(profile, text, keys, min(len(keys), max(10, self.batch // 8)))
        for row in (self.table.row(profile), ring.row) if ring else ():
            for column, value in row.items():
                self.used.setdefault(column, set()).add(value)
        return case, compare.core_answers(self.program, case)

    def draw(self):
        if self.random.random() < CARELESS:
            return self.case(self.random.choice(self.wishes), 1)
        return self.case(self.wish(), TRIES)

    def pointed(self, wish, count):
        """Cases with one wish, fit or not."""
        for _ in range(count):
            yield self.case(wish, 1)

    def cases(self):
        """(case, the core's answers), without end."""
        at = 0
        while True:
            if at == len(self.known):
                drawn = self.draw()
                if len(self.known) < self.kept:
                    self.known.append(drawn)
                yield drawn
            else:
                yield self.known[at]
            at = min(at + 1, len(self.known))
