/* Holds the core to lines of text, on a machine that has it and a C library, and nothing else.
 *
 * usage: judge LINES...
 *
 * The words of a line stand between single blanks; names, profiles, keys and labels are
 * percent-encoded, and * says nothing. vectors.py and drawn.py write them:
 *
 *     ring NAME PROFILE SERVER...       what the lines below it are about
 *     at KEY INDEX HASH POINT LABEL     where a key goes and how; INDEX may be "refused"
 *     may KEY INDEX HASH POINT LABEL    the same, but the key may be refused just as well
 *     digest PREFIX FROM COUNT SHA256   of the indexes of the keys PREFIX0, PREFIX1, ...
 *
 * Every key is located alone and in a batch. Exit code 0: all is as the lines say; 1: it is not;
 * 2: the lines are not such lines, or ask nothing. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "polyring/polyring.h"

enum { KEYS = 1 << 15, KEY_BYTES = 1 << 20, SHOWN = 10 };

/* Keys one behind the other. */
typedef struct batch {
  char bytes[KEY_BYTES];
  uint32_t ends[KEYS];
  size_t count;
} batch;

typedef struct judge {
  const char *file;
  long line;
  char name[512]; /* of the ring */
  polyring_ring *ring;
  batch keys; /* those that have not been located together yet */
  long rings, cases, digests, located, differences;
} judge;

static void stop(const judge *self, const char *why) {
  fprintf(stderr, "judge: %s:%ld: %s\n", self->file, self->line, why);
  exit(2);
}

/* Compares two texts; the words after them say what they are of. */
__attribute__((format(printf, 4, 5))) static void expect(judge *self, const char *got,
                                                         const char *expected, const char *of,
                                                         ...) {
  if (strcmp(expected, "*") == 0 || strcmp(got, expected) == 0) return;
  if (self->differences++ >= SHOWN) return;
  va_list words;
  va_start(words, of);
  fprintf(stderr, "%s:%ld: %s: ", self->file, self->line, self->name);
  vfprintf(stderr, of, words);
  fprintf(stderr, ": %s instead of %s\n", got, expected);
  va_end(words);
}

/* The next word of a line; *rest is NULL behind the last. */
static char *take(const judge *self, char **rest) {
  char *word = *rest;
  if (!word || !*word) stop(self, "a word is missing");
  char *blank = strchr(word, ' ');
  if (blank) *blank = 0;
  *rest = blank ? blank + 1 : NULL;
  return word;
}

/* The next word, decoded where it stands. */
static char *take_encoded(const judge *self, char **rest, size_t *size) {
  char *word = take(self, rest);
  *size = polyring_percent_decode(word, strlen(word), word, NULL);
  if (*size == POLYRING_NOWHERE) stop(self, "a word is not percent-encoded");
  return word;
}

static long take_number(const judge *self, char **rest) {
  char *end, *word = take(self, rest);
  long number = strtol(word, &end, 10);
  if (*end || number < 0 || number > INT32_MAX) stop(self, "no number where one must be");
  return number;
}

static void add_key(judge *self, const char *key, size_t size) {
  batch *keys = &self->keys;
  uint32_t used = keys->count ? keys->ends[keys->count - 1] : 0;
  if (keys->count == KEYS || size > KEY_BYTES - used) stop(self, "too many keys for one batch");
  memcpy(keys->bytes + used, key, size);
  keys->ends[keys->count++] = used + (uint32_t)size;
}

static const char *index_text(int32_t at, char out[16]) {
  if (at < 0 && at != POLYRING_INVALID_KEY) return polyring_status_name(at);
  snprintf(out, 16, at < 0 ? "refused" : "%" PRId32, at);
  return out;
}

/* Locates the keys of the batch together and one by one; sha may be NULL. */
static void locate_together(judge *self, polyring__sha256 *sha) {
  static uint16_t indexes[KEYS];
  static polyring_status statuses[KEYS];
  batch *keys = &self->keys;
  polyring_status all = polyring_ring_locate_many(self->ring, keys->bytes, keys->ends, keys->count,
                                                  indexes, statuses);
  int refused = 0;
  for (size_t i = 0; i < keys->count; i++) {
    uint32_t start = i ? keys->ends[i - 1] : 0, size = keys->ends[i] - start;
    int32_t at = polyring_ring_locate(self->ring, keys->bytes + start, size);
    int32_t together = indexes[i] == POLYRING_NO_SERVER ? (int32_t)statuses[i] : indexes[i];
    char alone[16], many[16], line[16];
    const char *shown = index_text(together, many);
    expect(self, shown, index_text(at, alone), "key %zu of a batch", i);
    refused |= at < 0;
    if (sha) polyring__sha256_add(sha, line, (size_t)snprintf(line, sizeof line, "%s\n", shown));
  }
  expect(self, polyring_status_name(all), refused ? "PARTIAL" : "OK", "a batch");
  self->located += (long)keys->count;
  keys->count = 0;
}

static void end_ring(judge *self) {
  if (self->ring) locate_together(self, NULL);
  polyring_ring_free(self->ring);
  self->ring = NULL;
}

static void begin_ring(judge *self, char *rest) {
  polyring_error error;
  size_t size;
  end_ring(self);
  snprintf(self->name, sizeof self->name, "%s", take(self, &rest));
  const char *profile = take_encoded(self, &rest, &size);
  if (!rest) stop(self, "no servers");
  polyring_ring_new(NULL, profile, size, rest, strlen(rest), &self->ring, &error);
  if (!self->ring) expect(self, error.text, "a ring", "profile %.*s", (int)size, profile);
  self->rings++;
}

static const char *number_text(int is_there, polyring_number number,
                               char out[POLYRING_NUMBER_SIZE]) {
  if (!is_there) return "none";
  polyring_number_print(number, out);
  return out;
}

/* How a key comes to its server; index is the word for where locate put it. */
static void check_trace(judge *self, const void *key, size_t size, const char *index,
                        char *words[3]) {
  static polyring_placement way;
  static char label[3 * sizeof way.label];
  char shown[16], number[POLYRING_NUMBER_SIZE];
  polyring_status status = polyring_ring_explain(self->ring, key, size, &way, NULL);
  int32_t at = status < 0 ? (int32_t)status : way.server;
  expect(self, index_text(at, shown), index, "the same, explained");
  if (status < 0) return;
  expect(self, number_text(way.has_hash, way.hash, number), words[0], "hash");
  expect(self, number_text(way.has_hash, way.point, number), words[1], "point");
  polyring_percent_encode(way.label, way.label_size, label, sizeof label);
  expect(self, label, words[2], "label");
}

static void check_case(judge *self, char *rest, int may_refuse) {
  size_t size;
  const char *key = take_encoded(self, &rest, &size), *index = take(self, &rest);
  char *words[3], shown[16];
  for (int i = 0; i < 3; i++) words[i] = take(self, &rest);
  self->cases++;
  if (!self->ring) return;
  add_key(self, key, size);
  int32_t at = polyring_ring_locate(self->ring, key, size);
  if (at >= 0 || !may_refuse) expect(self, index_text(at, shown), index, "server");
  check_trace(self, key, size, index_text(at, shown), words);
}

static void check_digest(judge *self, char *rest) {
  char key[512], hex[POLYRING__SHA256_HEX];
  size_t size;
  const char *prefix = take_encoded(self, &rest, &size);
  if (size > POLYRING_KEY_MAX) stop(self, "a long prefix");
  if (size == 1 && *prefix == '-') size = 0; /* the keys are the numbers alone */
  long from = take_number(self, &rest), count = take_number(self, &rest);
  const char *sha256 = take(self, &rest);
  self->digests++;
  if (!self->ring) return;
  locate_together(self, NULL);
  for (long n = from; n < from + count; n++)
    add_key(self, key, (size_t)snprintf(key, sizeof key, "%.*s%ld", (int)size, prefix, n));
  polyring__sha256 sha;
  polyring__sha256_init(&sha);
  locate_together(self, &sha);
  polyring__sha256_hex(&sha, hex);
  expect(self, hex, sha256, "digest");
}

static void judge_file(judge *self, const char *path) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t capacity = 0;
  ssize_t size;
  self->file = path;
  self->line = 0;
  if (!file) stop(self, "cannot be opened");
  while ((size = getline(&line, &capacity, file)) > 0) {
    self->line++;
    if (line[size - 1] == '\n') line[size - 1] = 0;
    char *rest = line;
    const char *kind = take(self, &rest);
    int is_ring = strcmp(kind, "ring") == 0, is_may = strcmp(kind, "may") == 0;
    if (!is_ring && !self->name[0]) stop(self, "no ring yet");
    if (is_ring) begin_ring(self, rest);
    else if (is_may || strcmp(kind, "at") == 0) check_case(self, rest, is_may);
    else if (strcmp(kind, "digest") == 0) check_digest(self, rest);
    else stop(self, "no such line");
  }
  if (ferror(file)) stop(self, "cannot be read");
  end_ring(self);
  self->name[0] = 0;
  free(line);
  fclose(file);
}

int main(int count, char **paths) {
  static judge self;
  for (int i = 1; i < count; i++) judge_file(&self, paths[i]);
  printf("%ld rings, %ld cases, %ld digests, %ld keys in batches, %ld differences\n", self.rings,
         self.cases, self.digests, self.located, self.differences);
  if (!self.cases) return fputs("judge: nothing was asked\n", stderr), 2;
  return self.differences ? 1 : 0;
}
