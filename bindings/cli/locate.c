/* polyring locate: where keys live, one line a key. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct answers {
  const polyring_ring *ring;
  polyring_health *health; /* NULL: all servers live */
  bool json;
  uint16_t indexes[KEY_BATCH_LINES];
} answers;

static void print_answer(const answers *self, const key_line *line, uint16_t index) {
  size_t size = 1;
  const char *server = "-";
  if (index != POLYRING_NO_SERVER) server = polyring_ring_server(self->ring, index, &size);
  fwrite_unlocked(line->text, 1, line->size, stdout);
  putc_unlocked('\t', stdout);
  fwrite_unlocked(server, 1, size, stdout);
  putc_unlocked('\n', stdout);
}

static bool print_json(const answers *self, const char *key, size_t size, uint16_t index) {
  return json_print(
      json_pack("{s:o, s:o, s:i}", "key", json_bytes(key, size), "server",
                json_text(polyring_ring_server(self->ring, index, NULL)), "index", (int)index),
      JSON_COMPACT);
}

static bool print_route(const answers *self, const char *key, size_t size, uint16_t home,
                        uint16_t index) {
  bool nowhere = index == POLYRING_NO_SERVER;
  return json_print(
      json_pack("{s:o, s:o, s:o, s:o, s:i}", "key", json_bytes(key, size), "server",
                nowhere ? json_null() : json_text(polyring_ring_server(self->ring, index, NULL)),
                "index", nowhere ? json_null() : json_integer(index), "home",
                json_text(polyring_ring_server(self->ring, home, NULL)), "home_index", (int)home),
      JSON_COMPACT);
}

/* False when the output takes nothing more. */
static bool print(const answers *self, const key_line *line, const char *key, size_t size,
                  uint16_t home) {
  uint16_t index = self->health ? dead_route(self->health, key, size) : home;
  if (self->json)
    return self->health ? print_route(self, key, size, home, index)
                        : print_json(self, key, size, index);
  print_answer(self, line, index);
  return true;
}

static void refuse(const answers *self, key_batch *batch, const key_line *line, const char *key,
                   size_t size) {
  polyring_placement placement;
  polyring_error error;
  if (polyring_ring_explain(self->ring, key, size, &placement, &error) < 0)
    key_refused(batch, line, &error);
}

static bool answer(void *context, key_batch *batch) {
  answers *self = context;
  polyring_ring_locate_many(self->ring, batch->bytes, batch->ends, batch->key_count, self->indexes,
                            NULL);
  size_t start = 0, k = 0;
  for (size_t i = 0; i < batch->line_count; i++) {
    const key_line *line = &batch->lines[i];
    if (line->problem != KEY_GOOD) {
      key_complain(batch, line);
      continue;
    }
    const char *key = batch->bytes + start;
    size_t size = batch->ends[k] - start;
    uint16_t index = self->indexes[k];
    start = batch->ends[k++];
    if (index == POLYRING_NO_SERVER)
      refuse(self, batch, line, key, size);
    else if (!print(self, line, key, size, index))
      return false;
  }
  return !ferror(stdout);
}

int run_locate(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&ring_argp, 0, NULL, 0}, {&dead_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
  static const struct argp argp = {
      NULL,
      parse_keys,
      "[KEY...]",
      "Prints where each key lives: the key as it was received, a tab, the server as it was "
      "given without name=, weight and attributes."
      "\v"
      "Keys are percent-encoded. If the only KEY is -, keys are read from standard input, one a "
      "line (%2D is the key -). Keys that begin with - follow the word --. A key that is malformed "
      "or that the profile's client refuses gets "
      "a message with its number on standard error and no line; the others go on.\n"
      "\n"
      "Exit status: 0, or 2 after any usage or input error.\n"
      "\n"
      "With --dead: where the key goes while these servers are dead, - being nowhere.\n"
      "\n"
      "With --json: one object a key and line, {\"key\", \"server\", \"index\"}; with --dead "
      "server "
      "and index may be null, and there are \"home\" and \"home_index\".\n",
      children,
      NULL,
      NULL};
  key_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  answers self = {.ring = ring_open(&arguments.ring, true), .json = arguments.ring.json};
  if (!self.ring) return EXIT_BAD;
  int status = EXIT_BAD;
  if (dead_open(&arguments.dead, self.ring, arguments.ring.servers, &self.health))
    status = keys_each(arguments.keys, arguments.key_count, answer, &self);
  free(arguments.ring.servers);
  polyring_health_free(self.health);
  polyring_ring_free((polyring_ring *)self.ring);
  return status;
}
