/* What the keys have in common that the nearest profile does not explain. */
#include <stdlib.h>
#include <string.h>

#include "identify.h"

#define LONG 100 /* bytes from which on clients begin to shorten keys */

struct trace {
  const uint8_t *key;
  size_t size;
  const polyring_placement *placement; /* NULL if the profile refuses the key */
};

static bool refused(const struct trace *trace) { return !trace->placement; }

static bool not_ascii(const struct trace *trace) {
  for (size_t i = 0; i < trace->size; i++)
    if (trace->key[i] >= 0x80) return true;
  return false;
}

static bool long_key(const struct trace *trace) { return trace->size >= LONG; }

static bool has_tag(const struct trace *trace) {
  return memchr(trace->key, '{', trace->size) || memchr(trace->key, '[', trace->size);
}

static bool slashed(const struct trace *trace) { return trace->size && trace->key[0] == '/'; }

static bool has_stop(const struct trace *trace) {
  return memchr(trace->key, '#', trace->size) || memchr(trace->key, '|', trace->size) ||
         memchr(trace->key, ':', trace->size);
}

static bool encoded(const struct trace *trace) {
  for (size_t i = 0; i < trace->size; i++)
    if (strchr("%+~*'\"\\ ", trace->key[i])) return true;
  return false;
}

static bool number(const struct trace *trace) {
  for (size_t i = 0; i < trace->size; i++)
    if (trace->key[i] < '0' || trace->key[i] > '9') return false;
  return trace->size > 0;
}

static bool hits(const struct trace *trace) {
  const polyring_placement *placement = trace->placement;
  return placement && placement->has_hash && placement->label_size &&
         placement->hash.high == placement->point.high &&
         placement->hash.low == placement->point.low;
}

static bool wraps(const struct trace *trace) {
  return trace->placement && (strstr(trace->placement->why, "above every point") ||
                              strstr(trace->placement->why, "below every point"));
}

static const struct {
  bool (*holds)(const struct trace *trace);
  const char *text;
} kinds[] = {{refused, "the profile refuses all of them"},
             {hits, "all of them hit a point exactly"},
             {wraps, "all of them lie beyond the last point, or before the first"},
             {not_ascii, "all of them have bytes that are not ASCII"},
             {long_key, "all of them have 100 bytes or more"},
             {has_tag, "all of them have { or ["},
             {slashed, "all of them begin with /"},
             {has_stop, "all of them have #, | or :"},
             {encoded, "all of them have a byte that clients encode: % + ~ * ' \" \\"},
             {number, "all of them are numbers"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

char *identity_deviation(const char *profile, const struct places *places, const struct keys *keys,
                         const size_t *at) {
  size_t wrong = 0, right = 0, of_wrong[KINDS] = {0}, of_right[KINDS] = {0};
  char *why;
  polyring_ring *ring = judge_ring(profile, places, &why);
  free(why);
  for (size_t i = 0; i < keys->count && ring; i++) {
    polyring_placement placement;
    struct trace trace = {.placement = &placement};
    if (at[i] >= places->count) continue;
    trace.key = keys_at(keys, i, &trace.size);
    if (polyring_ring_explain(ring, trace.key, trace.size, &placement, NULL) < 0)
      trace.placement = NULL;
    bool same = judge_right(ring, places, keys, i, places->items[at[i]].same_as);
    *(same ? &right : &wrong) += 1;
    for (int k = 0; k < KINDS; k++) (same ? of_right : of_wrong)[k] += kinds[k].holds(&trace);
  }
  polyring_ring_free(ring);
  /* A kind says something if few of the other keys are of it. */
  for (int k = 0; k < KINDS; k++)
    if (wrong && of_wrong[k] == wrong && 4 * of_right[k] <= right) return copy(kinds[k].text);
  return NULL;
}
