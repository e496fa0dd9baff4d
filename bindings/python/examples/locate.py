"""Where do these keys live, and why there?"""

import polyring

ring = polyring.Ring(["10.0.0.1", "10.0.0.2:11212", "10.0.0.3"], profile="ketama")
keys = ["user:17", "user:18", "session:42"]

for key, server in zip(keys, ring.locate_many(keys)):
    print(f"{key:12} {server}")

placement = ring.explain("user:17")
print(f"user:17 hashes to {placement.hash}; {placement.why}: the point {placement.point} "
      f"of {placement.label.decode()}")

try:
    polyring.Ring("10.0.0.1", profile="ketema")
except polyring.InvalidProfileError as error:
    print(f"{error.status}: {error}")
