"""Polyring's Python binding, and one plain "set" to where it points. usage: polyring.py PROFILE"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "polyring" would be this very file
import polyring
from adapter import EVERYTHING, Links, serve


class Client:
    takes = EVERYTHING

    def servers(self, servers):
        self.ring = polyring.Ring([s.text for s in servers], profile=sys.argv[1])
        self.links = Links(servers)

    def locate(self, key):
        return self.ring.explain(key).index

    def set(self, key, value):
        place = self.ring.explain(key)
        return self.links.set(place.index, place.sent_key, value)

    def get(self, key):
        place = self.ring.explain(key)
        return self.links.get(place.index, place.sent_key)


serve(Client(), "polyring-python", polyring.__version__)
