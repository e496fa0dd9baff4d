#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 40 };

polyring_ring *judge_ring(const char *profile, const struct places *places, char **why) {
  polyring_ring *ring;
  polyring_error error;
  *why = NULL;
  if (polyring_ring_new(NULL, profile, strlen(profile), places->text, strlen(places->text), &ring,
                        &error) == POLYRING_OK)
    return ring;
  *why = copy(error.text);
  return NULL;
}

size_t judge_wanted(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                    size_t i) {
  size_t size;
  const uint8_t *key = keys_at(keys, i, &size);
  int32_t at = polyring_ring_locate(ring, key, size);
  return at < 0 ? NOT_PLACED : places->items[at].same_as;
}

uint64_t judge_sent(const polyring_ring *ring, const struct keys *keys, size_t i) {
  polyring_placement placement;
  size_t size;
  const uint8_t *key = keys_at(keys, i, &size);
  if (polyring_ring_explain(ring, key, size, &placement, NULL) < 0) return 0;
  uint64_t digest = 0xcbf29ce484222325u; /* FNV-1a */
  for (size_t at = 0; at < placement.sent_key_size; at++)
    digest = (digest ^ placement.sent_key[at]) * 0x100000001b3u;
  return digest;
}

bool judge_right(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                 size_t i, size_t at) {
  polyring_placement placement;
  size_t size;
  const uint8_t *key = keys_at(keys, i, &size);
  size_t wanted = judge_wanted(ring, places, keys, i);
  if (wanted == NOT_PLACED || wanted == at) return wanted == at;
  if (polyring_ring_explain(ring, key, size, &placement, NULL) < 0) return false;
  for (size_t tie = 0; tie < placement.tie_count && tie < POLYRING_TIES_MAX; tie++)
    if (places->items[placement.ties[tie]].same_as == at) return true;
  return false;
}

void judge_keys(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                size_t first, struct observation *seen) {
  for (size_t i = first; i < seen->count; i++) {
    struct outcome *outcome = &seen->outcomes[i];
    if (outcome->status != SAME || judge_right(ring, places, keys, i, outcome->at)) continue;
    size_t wanted = judge_wanted(ring, places, keys, i);
    outcome->status = DIFFERENT;
    outcome->why = wanted == NOT_PLACED
                       ? format("on server %zu; Polyring refuses this key", outcome->at)
                       : format("on server %zu, wanted on %zu", outcome->at, wanted);
    seen->counts[SAME]--;
    seen->counts[DIFFERENT]++;
  }
}

/* A label as it is if it can be printed, percent-encoded if not. */
static char *shown(const uint8_t *label, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (label[i] <= ' ' || label[i] >= 0x7F) return percent(label, size);
  return format("%.*s", (int)size, (const char *)label);
}

/* In hexadecimal, as those who look at rings are used to. */
static const char *number(polyring_number value, char out[NUMBER_SIZE]) {
  if (value.high)
    snprintf(out, NUMBER_SIZE, "0x%016" PRIx64 "%016" PRIx64, value.high, value.low);
  else
    snprintf(out, NUMBER_SIZE, "0x%08" PRIx64, value.low);
  return out;
}

static int is_below(polyring_number a, polyring_number b) {
  return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* How a ring comes to its server: hash, point and label. */
static void print_way(FILE *file, const polyring_ring *ring, const uint8_t *key, size_t size) {
  polyring_placement placement;
  polyring_error error;
  if (polyring_ring_explain(ring, key, size, &placement, &error) < 0) {
    fprintf(file, "%s: %s\n", polyring_ring_profile(ring), error.text);
    return;
  }
  char *label = shown(placement.label, placement.label_size);
  char hash[NUMBER_SIZE], point[NUMBER_SIZE];
  fprintf(file, "%s: ", polyring_ring_profile(ring));
  if (placement.sent_key_size != size || memcmp(placement.sent_key, key, size)) {
    char *sent = percent(placement.sent_key, placement.sent_key_size);
    fprintf(file, "stored as %s, ", sent);
    free(sent);
  }
  if (placement.has_hash)
    fprintf(file, "hash %s, point %s, ", number(placement.hash, hash),
            number(placement.point, point));
  if (*label) fprintf(file, "label %s, ", label);
  fprintf(file, "%s\n", placement.why);
  free(label);
}

/* How far behind the hash the server that a key was found on has its next point. */
static void print_distance(FILE *file, const polyring_ring *ring, const uint8_t *key, size_t size,
                           size_t at) {
  polyring_placement placement;
  size_t count = polyring_ring_point_count(ring), start = 0;
  uint16_t server;
  if (!count || polyring_ring_explain(ring, key, size, &placement, NULL) < 0) return;
  while (start < count && is_below(polyring_ring_point(ring, start, &server), placement.point))
    start++;
  for (size_t i = 0; i < count; i++) {
    polyring_number point = polyring_ring_point(ring, (start + i) % count, &server);
    char text[NUMBER_SIZE];
    if (server != at) continue;
    fprintf(file, "          whose nearest point after the hash is %s, %zu point%s on\n",
            number(point, text), i, i == 1 ? "" : "s");
    return;
  }
}

char *judge_explain(const polyring_ring *wanted, const polyring_ring *found_by,
                    const struct places *places, const struct keys *keys, size_t i,
                    const struct outcome *outcome) {
  char *text, *name = keys_text(keys, i);
  size_t text_size, size, at = judge_wanted(wanted, places, keys, i);
  const uint8_t *key = keys_at(keys, i, &size);
  FILE *file = open_memstream(&text, &text_size);
  fprintf(file, "  key %s\n", name);
  if (at == NOT_PLACED)
    fputs("  wanted  nowhere\n", file);
  else
    fprintf(file, "  wanted  server %zu, %s\n", at, places->items[at].word);
  fputs("          ", file);
  print_way(file, wanted, key, size);
  fprintf(file, "  found   ");
  if (outcome->status == DIFFERENT)
    fprintf(file, "server %zu, %s\n", outcome->at, places->items[outcome->at].word);
  else
    fprintf(file, "%s: %s\n", status_name(outcome->status, true), outcome->why ? outcome->why : "");
  if (found_by) {
    fputs("          ", file);
    print_way(file, found_by, key, size);
  } else if (outcome->status == DIFFERENT) {
    print_distance(file, wanted, key, size, outcome->at);
  }
  fprintf(file, "  polyring explain --profile '%s' --servers '%s' '%s'\n",
          polyring_ring_profile(wanted), places->text, name);
  fclose(file);
  free(name);
  return text;
}
