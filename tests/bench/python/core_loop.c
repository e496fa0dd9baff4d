/* The core alone: argument 1 calls of polyring_ring_locate, for callgrind. */
#include <stdlib.h>

#include "polyring/polyring.h"

int main(int count, char **words) {
  static const char servers[] = "10.0.0.1 10.0.0.2 10.0.0.3", profile[] = "libmemcached/modula";
  polyring_ring *ring;
  long sum = 0;
  if (count != 2 || polyring_ring_new(NULL, profile, sizeof profile - 1, servers,
                                      sizeof servers - 1, &ring, NULL) < 0)
    return 2;
  for (long i = atol(words[1]); i > 0; --i) sum += polyring_ring_locate(ring, "user:12345", 10);
  polyring_ring_free(ring);
  return sum < 0;
}
