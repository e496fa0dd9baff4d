#include "kill_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "progress.h"
#include "sha256.h"

#define SERVERS_MAX 1000 /* a list of more says nothing that shorter ones do not, but slowly */

static polyring_ring *ring_of(const char *profile, const char *mutant, const char *servers) {
  char *text = mutant ? format("%s,%s", profile, mutant) : copy(profile);
  polyring_ring *ring;
  polyring_ring_new(NULL, text, strlen(text), servers, strlen(servers), &ring, NULL);
  free(text);
  return ring;
}

static uint16_t *places_of(const struct batch *batch, const polyring_ring *ring) {
  uint16_t *places = zeroed(batch->keys.count, sizeof(*places));
  batch_places(batch, ring, places);
  return places;
}

/* The cases that the profile places as its client did; where they differ, lint has seen to it that
 * the client leaves the key to chance. */
static void take_cases(struct kill_list *list, const struct vector *vector) {
  struct keys keys = {0};
  list->cases_at = zeroed(vector->count, sizeof(*list->cases_at));
  list->ids = zeroed(vector->count, sizeof(*list->ids));
  for (size_t i = 0; i < vector->count; i++) {
    const struct vector_case *one = &vector->cases[i];
    size_t size;
    const uint8_t *key = keys_at(&vector->keys, one->key_index, &size);
    int32_t at = polyring_ring_locate(list->ring, key, size);
    if (one->refused ? at >= 0 : at != (int32_t)one->at) continue;
    if (json_object_get(json_array_get(json_object_get(vector->root, "cases"), i), "withdrawn"))
      continue;
    list->cases_at[keys.count] = one->refused ? POLYRING_NO_SERVER : (uint16_t)at;
    list->ids[keys.count] = copy(one->id);
    keys_add(&keys, key, size);
  }
  batch_make(&list->cases, keys);
}

/* The number of these keys among the row's. */
static size_t digest_keys(struct kill_row *row, const struct vector *vector) {
  for (size_t d = 0; d < row->digest_count; d++)
    if (row->digests[d].from == vector->digest_from &&
        row->digests[d].count == vector->digest_count &&
        !strcmp(row->digests[d].pattern, vector->digest_pattern))
      return d;
  ROOM(row->digests, row->digest_count, row->digest_capacity);
  struct kill_digest *made = &row->digests[row->digest_count];
  struct keys keys = {0};
  *made = (struct kill_digest){.pattern = copy(vector->digest_pattern),
                               .from = vector->digest_from,
                               .count = vector->digest_count};
  keys_add_pattern(&keys, made->pattern, made->from, made->count);
  batch_make(&made->batch, keys);
  return row->digest_count++;
}

static void complain(struct kill_row *row, const char *topology, const char *what) {
  progress_clear();
  fprintf(stderr, "%s/%s: %s: see lint\n", row->profile, topology, what);
  row->unfit++;
}

static void read_list(struct kill_row *row, const char *path) {
  struct vector vector;
  if (!vector_read(path, &vector)) return;
  if (strcmp(vector.profile, row->profile))
    fail(EXIT_USAGE, "%s: its profile is %s", path, vector.profile);
  polyring_ring *ring = ring_of(row->profile, NULL, vector.places.text);
  if (!ring) complain(row, vector.topology, "the profile refuses the list");
  if (ring && vector.places.count <= SERVERS_MAX) {
    struct kill_list *list = &row->lists[row->count++];
    *list = (struct kill_list){.topology = copy(vector.topology),
                               .servers = copy(vector.places.text),
                               .server_count = vector.places.count,
                               .ring = ring};
    take_cases(list, &vector);
    if (vector.digest) {
      list->digest = copy(vector.digest);
      list->digest_keys = digest_keys(row, &vector);
    }
  } else {
    polyring_ring_free(ring);
  }
  vector_done(&vector);
}

static int by_length(const void *a, const void *b) {
  const struct kill_list *left = a, *right = b;
  return (left->server_count > right->server_count) - (left->server_count < right->server_count);
}

void kill_row_open(struct kill_row *row, const char *profile, const char *folder) {
  struct stat info;
  struct keys keys = {0};
  *row = (struct kill_row){.profile = profile};
  char *own = format("%s/%s", folder, profile);
  if (!stat(own, &info)) {
    struct words files = vector_files(own);
    row->lists = zeroed(files.count, sizeof(*row->lists));
    for (size_t i = 0; i < files.count; i++) {
      read_list(row, files.items[i]);
      free(files.items[i]);
    }
    free(files.items);
  }
  free(own);
  if (!row->count) return;
  qsort(row->lists, row->count, sizeof(*row->lists), by_length);
  kill_keys(&keys, row->lists[row->count - 1].ring);
  batch_make(&row->keys, keys);
}

void kill_row_close(struct kill_row *row) {
  for (size_t i = 0; i < row->count; i++) {
    struct kill_list *list = &row->lists[i];
    for (size_t c = 0; c < list->cases.keys.count; c++) free(list->ids[c]);
    batch_done(&list->cases);
    batch_done(&list->labels);
    polyring_ring_free(list->ring);
    void *owned[] = {list->topology, list->servers,   list->cases_at, list->ids,
                     list->places,   list->labels_at, list->digest,   list->digest_at};
    for (size_t o = 0; o < sizeof(owned) / sizeof(*owned); o++) free(owned[o]);
  }
  for (size_t d = 0; d < row->digest_count; d++) {
    free(row->digests[d].pattern);
    batch_done(&row->digests[d].batch);
  }
  free(row->lists);
  free(row->digests);
  batch_done(&row->keys);
}

/* Where the profile places the keys of the digest: they make the digest that the client's did. */
static void open_digest(struct kill_row *row, struct kill_list *list) {
  struct sha256 sha;
  char hex[65], line[16];
  const struct batch *batch = &row->digests[list->digest_keys].batch;
  list->digest_at = places_of(batch, list->ring);
  sha256_init(&sha);
  for (size_t i = 0; i < batch->keys.count; i++) {
    int at = list->digest_at[i] == POLYRING_NO_SERVER ? POLYRING_INVALID_KEY : list->digest_at[i];
    sha256_add(&sha, line, (size_t)snprintf(line, sizeof(line), "%d\n", at));
  }
  sha256_hex(&sha, hex);
  if (!strcmp(hex, list->digest)) return;
  complain(row, list->topology, "the profile does not make its digest");
  free(list->digest);
  list->digest = NULL;
}

static bool digest_notices(struct kill_row *row, struct kill_list *list,
                           const polyring_ring *mutant) {
  if (list->digest && !list->digest_at) open_digest(row, list);
  if (!list->digest) return false;
  const struct batch *batch = &row->digests[list->digest_keys].batch;
  return batch_differs(batch, mutant, list->digest_at, 0) < batch->keys.count;
}

/* A key that the mutant places elsewhere, percent-encoded; or NULL. */
static char *effect_on(const struct kill_row *row, struct kill_list *list,
                       const polyring_ring *mutant) {
  if (!list->places) {
    struct keys labels = {0};
    list->places = places_of(&row->keys, list->ring);
    kill_labels(&labels, list->ring, &row->keys.keys);
    batch_make(&list->labels, labels);
    list->labels_at = places_of(&list->labels, list->ring);
  }
  size_t i = batch_differs(&row->keys, mutant, list->places, 0);
  if (i < row->keys.keys.count) return keys_text(&row->keys.keys, i);
  i = batch_differs(&list->labels, mutant, list->labels_at, 0);
  return i < list->labels.keys.count ? keys_text(&list->labels.keys, i) : NULL;
}

/* The listed keys and the lists themselves; NULL in rings[i] is a list that the mutant refuses. */
static struct kill_verdict judge_listed(struct kill_row *row, const char *mutant,
                                        polyring_ring **rings) {
  struct kill_verdict verdict = {CANNOT_APPLY, NULL, NULL};
  const char *refusing = NULL;
  for (size_t i = 0; i < row->count; i++) {
    struct kill_list *list = &row->lists[i];
    rings[i] = ring_of(row->profile, mutant, list->servers);
    if (rings[i]) {
      size_t c = batch_differs(&list->cases, rings[i], list->cases_at, 0);
      verdict.outcome = NO_EFFECT;
      if (c < list->cases.keys.count)
        return (struct kill_verdict){KILLED, list->topology, copy(list->ids[c])};
    } else {
      refusing = list->topology;
    }
    if (verdict.outcome == NO_EFFECT && refusing)
      return (struct kill_verdict){KILLED, refusing, copy("the list")};
  }
  return verdict;
}

/* Without an effect on any of the row's keys there is nothing to notice. */
struct kill_verdict kill_row_judge(struct kill_row *row, const char *mutant) {
  polyring_ring **rings = zeroed(row->count, sizeof(*rings));
  struct kill_verdict verdict = judge_listed(row, mutant, rings);
  for (size_t i = 0; i < row->count && verdict.outcome == NO_EFFECT; i++) {
    char *key = effect_on(row, &row->lists[i], rings[i]);
    if (key) verdict = (struct kill_verdict){SURVIVES, row->lists[i].topology, key};
  }
  for (size_t i = 0; i < row->count && verdict.outcome == SURVIVES; i++) {
    if (!digest_notices(row, &row->lists[i], rings[i])) continue;
    free(verdict.by);
    verdict = (struct kill_verdict){KILLED, row->lists[i].topology, copy("the digest")};
  }
  for (size_t i = 0; i < row->count; i++) polyring_ring_free(rings[i]);
  free(rings);
  return verdict;
}
