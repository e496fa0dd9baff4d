/* C's part of test_all_sets.py, which says what is read and written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "polyring/polyring.h"

enum { SERVERS_MOST = 10, KEY_ROOM = 64 };

typedef struct key {
  char text[KEY_ROOM];
  size_t size;
} key;

static key *make_keys(const char *pattern, size_t count) {
  const char *number = strstr(pattern, "{n}");
  key *keys = number ? calloc(count, sizeof *keys) : NULL;
  for (size_t i = 0; keys && i < count; i++)
    keys[i].size = (size_t)snprintf(keys[i].text, KEY_ROOM, "%.*s%zu%s", (int)(number - pattern),
                                    pattern, i, number + 3);
  return keys;
}

static int print_set(const polyring_ring *ring, unsigned dead, uint32_t most, const key *keys,
                     size_t count) {
  polyring_health_policy policy;
  polyring_health *health;
  polyring__sha256 sha;
  char hex[POLYRING__SHA256_HEX];
  int good = 1;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  policy.dead_most = most;
  if (polyring_health_new(NULL, ring, NULL, &policy, 1, &health, NULL) < 0) return 0;
  for (size_t i = 0; i < polyring_ring_server_count(ring); i++)
    if (dead >> i & 1) polyring_health_report(health, i, POLYRING_SEEN_UNREACHED, 0, 0);
  polyring__sha256_init(&sha);
  for (size_t i = 0; i < count; i++) {
    polyring_route route;
    good = polyring_health_route(health, keys[i].text, keys[i].size, 0, &route) == POLYRING_OK;
    if (!good) break;
    char line[] = {(char)('0' + route.home), ' ', '-', '\n'}; /* there are at most ten servers */
    if (route.server != POLYRING_NO_SERVER) line[2] = (char)('0' + route.server);
    polyring__sha256_add(&sha, line, sizeof line);
  }
  polyring__sha256_hex(&sha, hex);
  polyring_health_free(health);
  if (good) puts(hex);
  return good;
}

int main(int argc, char **argv) {
  polyring_ring *ring;
  if (argc < 6 ||
      polyring_ring_new(NULL, argv[1], strlen(argv[1]), argv[2], strlen(argv[2]), &ring, NULL) < 0)
    return 2;
  size_t count = strtoul(argv[4], NULL, 10), servers = polyring_ring_server_count(ring);
  key *keys = make_keys(argv[3], count);
  int good = keys && servers <= SERVERS_MOST;
  for (int most = 5; most < argc; most++)
    for (unsigned dead = 1; good && dead >> servers == 0; dead++)
      good = print_set(ring, dead, (uint32_t)strtoul(argv[most], NULL, 10), keys, count);
  free(keys);
  polyring_ring_free(ring);
  return good ? 0 : 1;
}
