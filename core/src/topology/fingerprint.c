#include "topology/fingerprint.h"

#include <inttypes.h>
#include <stdio.h>

#include "hash/sha256.h"
#include "topology/key_columns.h"
#include "topology/scores.h"
#include "topology/steps.h"
#include "topology/topology.h"

/* A line is at most an encoded label and an encoded name, or a column of text. */
typedef struct writer {
  const polyring_ring *ring;
  const polyring__identities *servers;
  polyring__sink *sink;
  void *context;
} writer;

static void put(const writer *to, const char *text) { to->sink(to->context, text, strlen(text)); }

static void put_server(const writer *to, size_t server) {
  polyring__span text = to->servers->texts[server];
  put(to, " ");
  to->sink(to->context, text.at, text.size);
  put(to, "\n");
}

/* The column whose name comes next, or POLYRING_NOWHERE. */
static size_t next_column(const char *name) {
  size_t next = POLYRING_NOWHERE;
  const char *other;
  for (size_t c = 0; (other = polyring_column_name(c)); c++)
    if (strcmp(other, name) > 0 &&
        (next == POLYRING_NOWHERE || strcmp(other, polyring_column_name(next)) < 0))
      next = c;
  return next;
}

/* By name, so that the order of the table is free. */
static void put_columns(const writer *to, int hashed) {
  polyring__columns columns;
  char value[POLYRING__COLUMN_ROOM];
  put(to, "polyring-fingerprint 1\n");
  polyring__key_columns(to->ring, hashed, &columns);
  for (size_t c = next_column(""); c != POLYRING_NOWHERE;
       c = next_column(polyring_column_name(c))) {
    if (!polyring__key_column_text(&columns, c, value)) continue;
    put(to, polyring_column_name(c));
    put(to, "=");
    put(to, value);
    put(to, "\n");
  }
}

/* All keys go to one server. */
static void put_one(const writer *to, size_t server) {
  put_columns(to, 0);
  put(to, "one\n");
  put(to, "*");
  put_server(to, server);
}

static void put_steps(const writer *to, const polyring__steps *steps) {
  char number[40];
  uint64_t next = 0;
  if (steps->count == 1) {
    put_one(to, steps->owners[0]);
    return;
  }
  put_columns(to, 1);
  put(to, steps->repeat ? "slots\n" : steps->flipped ? "signed arcs\n" : "arcs\n");
  for (size_t i = 0; i < steps->count; i++) {
    polyring__word last = steps->lasts[i];
    if (steps->repeat)
      snprintf(number, sizeof number, "%" PRIu64, last.low + 1 - next);
    else if (to->ring->columns.bits == POLYRING__BITS_128)
      snprintf(number, sizeof number, "%016" PRIx64 "%016" PRIx64, last.high, last.low);
    else
      snprintf(number, sizeof number, "%0*" PRIx64,
               to->ring->columns.bits == POLYRING__BITS_32 ? 8 : 16, last.low);
    next = last.low + 1;
    put(to, number);
    put_server(to, steps->owners[i]);
  }
}

/* jump and furc: the servers in effective order, each with its chance. */
static void put_list(const writer *to) {
  const polyring_ring *ring = to->ring;
  size_t different = 0;
  for (size_t i = 1; i < ring->alive_count; i++)
    different += to->servers->first[ring->alive[i]] != to->servers->first[ring->alive[0]];
  if (!different) {
    put_one(to, ring->alive[0]);
    return;
  }
  put_columns(to, 1);
  put(to, ring->columns.layout == POLYRING__LAYOUT_JUMP ? "jump\n" : "furc\n");
  for (size_t i = 0; i < ring->alive_count; i++) {
    char number[16];
    uint64_t chance = UINT64_C(1) << 32; /* it is not asked: more than any weight gives */
    if (ring->columns.weights == POLYRING__WEIGHTS_CHANCE && !ring->plain_weights)
      chance = (uint64_t)(ring->servers.at[ring->alive[i]].weight * 4294967295.0);
    snprintf(number, sizeof number, "%" PRIu64, chance);
    put(to, number);
    put_server(to, ring->alive[i]);
  }
}

static polyring_status put_scores(const writer *to) {
  polyring__scores scores;
  const polyring_ring *ring = to->ring;
  polyring_status status =
      polyring__scores_init(&ring->allocator, ring, to->servers->first, &scores);
  if (status < 0) return status;
  if (scores.only_server != POLYRING_NO_SERVER) {
    put_one(to, scores.only_server);
  } else {
    put_columns(to, 1);
    put(to, "scores\n");
    for (size_t i = 0; i < scores.count; i++) {
      to->sink(to->context, scores.lines[i].text.at, scores.lines[i].text.size);
      put(to, scores.lines[i].weight);
      put_server(to, scores.lines[i].server);
    }
  }
  polyring__scores_done(&ring->allocator, &scores);
  return POLYRING_OK;
}

static polyring_status put_layout(const writer *to) {
  const polyring_ring *ring = to->ring;
  polyring__steps steps;
  if (ring->columns.layout == POLYRING__LAYOUT_RENDEZVOUS) return put_scores(to);
  if (!polyring__steps_apply(ring)) {
    put_list(to);
    return POLYRING_OK;
  }
  polyring_status status = polyring__steps_init(&ring->allocator, ring, to->servers->first, &steps);
  if (status < 0) return status;
  put_steps(to, &steps);
  polyring__steps_done(&ring->allocator, &steps);
  return POLYRING_OK;
}

polyring_status polyring__fingerprint_write(const polyring_ring *ring, polyring__sink *sink,
                                            void *context) {
  polyring__identities servers;
  polyring_status status = polyring__identities_init(&ring->allocator, &ring, 1, &servers);
  if (status < 0) return status;
  writer to = {ring, &servers, sink, context};
  status = put_layout(&to);
  polyring__identities_done(&ring->allocator, &servers);
  return status;
}

static void digest(void *sha, const char *text, size_t size) {
  polyring__sha256_add(sha, text, size);
}

polyring_status polyring_ring_fingerprint(const polyring_ring *ring,
                                          char out[POLYRING_FINGERPRINT_SIZE]) {
  polyring__sha256 sha;
  polyring__sha256_init(&sha);
  polyring_status status = polyring__fingerprint_write(ring, digest, &sha);
  if (status < 0) {
    out[0] = '\0';
    return status;
  }
  memcpy(out, "pr1:", 4);
  polyring__sha256_hex(&sha, out + 4);
  return POLYRING_OK;
}
