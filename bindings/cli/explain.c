/* polyring explain: how a key came to its server. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct explainer {
  polyring_ring *ring;
  polyring_health *health; /* NULL: all servers live */
  bool json;
  bool separate; /* something was printed before */
} explainer;

/* For reading: only what cannot be seen, and the percent sign itself, is percent-encoded. */
static void print_bytes(const char *title, const uint8_t *bytes, size_t size) {
  printf("%-12s ", title);
  for (size_t i = 0; i < size; i++) {
    bool plain = bytes[i] > ' ' && bytes[i] <= '~' && bytes[i] != '%';
    printf(plain ? "%c" : "%%%02X", bytes[i]);
  }
  putchar('\n');
}

static const char *server_text(const explainer *self, size_t index) {
  return polyring_ring_server(self->ring, index, NULL);
}

static void print_number(const char *name, polyring_number number) {
  char digits[POLYRING_NUMBER_SIZE];
  polyring_number_print(number, digits);
  if (number.high)
    printf("%-12s %10s  0x%016" PRIx64 "%016" PRIx64 "\n", name, digits, number.high, number.low);
  else
    printf("%-12s %10s  0x%08" PRIx64 "\n", name, digits, number.low);
}

static void print_route(const explainer *self, uint16_t index) {
  if (index == POLYRING_NO_SERVER)
    printf("%-12s -\n", "goes to");
  else
    printf("%-12s %s (index %u)\n", "goes to", server_text(self, index), index);
}

static void print_trace(explainer *self, const key_line *line, const char *key, size_t size,
                        const polyring_placement *p) {
  if (self->separate)
    putchar('\n');
  else
    printf("%-12s %s\n\n", "profile", polyring_ring_profile(self->ring));
  self->separate = true;
  printf("%-12s %.*s\n", "key", (int)line->size, line->text);
  print_bytes("sent key", p->sent_key, p->sent_key_size);
  print_bytes("hashed text", p->hashed_text, p->hashed_text_size);
  if (p->has_hash) {
    print_number("hash", p->hash);
    print_number("point", p->point);
  }
  if (p->label_size) print_bytes("label", p->label, p->label_size);
  printf("%-12s %s (index %u)\n", "server", server_text(self, p->server), p->server);
  printf("%-12s %s\n", "why", p->why);
  if (self->health) print_route(self, dead_route(self->health, key, size));
  if (!p->tie_count) return;
  printf("%-12s the client leaves this key to chance among %u servers:", "ties", p->tie_count);
  size_t shown = p->tie_count < POLYRING_TIES_MAX ? p->tie_count : POLYRING_TIES_MAX;
  for (size_t i = 0; i < shown; i++) printf(" %s", server_text(self, p->ties[i]));
  printf(shown < p->tie_count ? " ...\n" : "\n");
}

/* Hashes go as text: many readers of JSON keep numbers as doubles. */
static json_t *number_text(bool known, polyring_number number) {
  char digits[POLYRING_NUMBER_SIZE];
  polyring_number_print(number, digits);
  return known ? json_text(digits) : json_null();
}

static json_t *trace_json(const explainer *self, const char *key, size_t size,
                          const polyring_placement *p) {
  json_t *ties = json_array();
  for (size_t i = 0; i < p->tie_count && i < POLYRING_TIES_MAX; i++)
    json_array_append_new(ties, json_integer(p->ties[i]));
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o}", "key",
                   json_bytes(key, size), "sent_key", json_bytes(p->sent_key, p->sent_key_size),
                   "hashed_text", json_bytes(p->hashed_text, p->hashed_text_size), "hash",
                   number_text(p->has_hash, p->hash), "point", number_text(p->has_hash, p->point),
                   "label", json_bytes(p->label, p->label_size), "server",
                   json_text(server_text(self, p->server)), "index", (int)p->server, "ties", ties,
                   "why", json_text(p->why));
}

static bool print_json(const explainer *self, const char *key, size_t size,
                       const polyring_placement *p) {
  json_t *trace = trace_json(self, key, size, p);
  if (trace && self->health) {
    uint16_t index = dead_route(self->health, key, size);
    bool nowhere = index == POLYRING_NO_SERVER;
    if (json_object_set_new(trace, "goes_to",
                            nowhere ? json_null() : json_text(server_text(self, index))) < 0 ||
        json_object_set_new(trace, "goes_to_index", nowhere ? json_null() : json_integer(index)) <
            0) {
      json_decref(trace);
      trace = NULL;
    }
  }
  return json_print(trace, JSON_COMPACT);
}

static bool explain(void *context, key_batch *batch) {
  explainer *self = context;
  size_t start = 0, k = 0;
  for (size_t i = 0; i < batch->line_count; i++) {
    const key_line *line = &batch->lines[i];
    if (line->problem != KEY_GOOD) {
      key_complain(batch, line);
      continue;
    }
    const char *key = batch->bytes + start;
    size_t size = batch->ends[k] - start;
    start = batch->ends[k++];
    polyring_placement placement;
    polyring_error error;
    if (polyring_ring_explain(self->ring, key, size, &placement, &error) < 0)
      key_refused(batch, line, &error);
    else if (!self->json)
      print_trace(self, line, key, size, &placement);
    else if (!print_json(self, key, size, &placement))
      return false;
  }
  return !ferror(stdout);
}

int run_explain(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&ring_argp, 0, NULL, 0}, {&dead_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
  static const struct argp argp = {
      NULL,
      parse_keys,
      "[KEY...]",
      "Prints how each key comes to its server: the key as it is sent, the text that is hashed, "
      "the hash, the point, the label that made the point, the server, and the rule that chose."
      "\v"
      "Keys are percent-encoded, on the way in and out. If the only KEY is -, keys are read from "
      "standard input, one a line. Keys that begin with - follow the word --.\n"
      "\n"
      "With --json: one object a key and line, {\"key\", \"sent_key\", \"hashed_text\", \"hash\", "
      "\"point\", \"label\", \"server\", \"index\", \"ties\", \"why\"}; hash and point are decimal "
      "texts, or null where none was needed; ties are the indexes of the servers among which the "
      "client leaves the key to chance. With --dead also \"goes_to\" and \"goes_to_index\": where "
      "the key goes while these servers are dead, null being nowhere.\n",
      children,
      NULL,
      NULL};
  key_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  explainer self = {.ring = ring_open(&arguments.ring, true), .json = arguments.ring.json};
  if (!self.ring) return EXIT_BAD;
  int status = EXIT_BAD;
  if (dead_open(&arguments.dead, self.ring, arguments.ring.servers, &self.health))
    status = keys_each(arguments.keys, arguments.key_count, explain, &self);
  free(arguments.ring.servers);
  polyring_health_free(self.health);
  polyring_ring_free(self.ring);
  return status;
}
