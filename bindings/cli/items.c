/* polyring get, set, add, delete, touch and incr: items, by their keys. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define CHUNK 256 /* keys in one call: their values lie in memory together */

enum { OPTION_TTL = 512, OPTION_FILE, OPTION_TYPE, OPTION_BY, OPTION_INITIAL };

typedef struct items {
  talk talk;
  polyring_operation like; /* what the operation of every key begins as */
  const char *keys_file, *value_file, *type;
  char **words;
  size_t word_count;
  bool takes_value;
  bool several; /* keys: each answer names its own */
  polyring_buffer bytes, room;
  polyring_operation *ops;
  const key_line *lines[CHUNK];
} items;

#define TTL_OPTION(text) \
  { "ttl", OPTION_TTL, "SECONDS", 0, text, 0 }
#define KEYS_OPTION \
  { "keys", 'k', "FILE", 0, "Read keys from this file, one a line", 0 }
#define NO_OPTION \
  { NULL, 0, NULL, 0, NULL, 0 }

static const struct argp_option get_options[] = {
    TTL_OPTION("Also give what is found a new time to live; 0: for ever"), KEYS_OPTION, NO_OPTION};
static const struct argp_option store_options[] = {
    TTL_OPTION("The time to live; 0, the default: for ever"),
    {"file", OPTION_FILE, "FILE", 0, "The value is what this file holds", 0},
    {"type", OPTION_TYPE, "TYPE", 0,
     "What the value is: text, bytes, int, float, bool or json (default: text if it is UTF-8, else "
     "bytes)",
     0},
    KEYS_OPTION,
    NO_OPTION};
static const struct argp_option delete_options[] = {KEYS_OPTION, NO_OPTION};
static const struct argp_option touch_options[] = {
    TTL_OPTION("The new time to live; 0: for ever; below 0: gone at once"), KEYS_OPTION, NO_OPTION};
static const struct argp_option incr_options[] = {
    {"by", OPTION_BY, "DELTA", 0, "Add this (default: 1); below 0 it counts down, to 0 at most", 0},
    {"initial", OPTION_INITIAL, "NUMBER", 0, "Make what is missing, with this number", 0},
    TTL_OPTION("The time to live of what is made"),
    KEYS_OPTION,
    NO_OPTION};

/* A whole number; on an error the program ends. */
static int64_t whole(const char *text, struct argp_state *state) {
  char *end;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  if (errno || end == text || *end) argp_error(state, "\"%s\" is no whole number", text);
  return number;
}

static uint64_t natural(const char *text, struct argp_state *state) {
  char *end;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  if (errno || end == text || *end || *text < '0' || *text > '9')
    argp_error(state, "\"%s\" is no whole number from 0", text);
  return number;
}

static void take_delta(items *self, const char *text, struct argp_state *state) {
  bool down = *text == '-';
  self->like.verb = down ? POLYRING_DECR : POLYRING_INCR;
  self->like.delta = natural(text + down, state);
}

static void take_type(items *self, const char *text, struct argp_state *state) {
  static const char *const types[] = {"text", "bytes", "int", "float", "bool", "json"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i], text) == 0) self->type = types[i];
  if (!self->type)
    argp_error(state, "no type \"%s\"; there are text, bytes, int, float, bool and json", text);
}

/* Of a store the last word is the value, unless a file has it. */
static void check_words(items *self, struct argp_state *state) {
  bool value_is_word = self->takes_value && !self->value_file;
  if (value_is_word && self->word_count == 0) argp_error(state, "which value?");
  if (value_is_word) {
    char *word = self->words[--self->word_count];
    if (strcmp(word, "-") == 0)
      self->value_file = word;
    else
      self->bytes = (polyring_buffer){.at = (uint8_t *)word, .size = strlen(word)};
  }
  if (self->keys_file && self->word_count) argp_error(state, "keys, and a file of keys?");
  if (!self->keys_file && !self->word_count) argp_error(state, "which key?");
  if (self->like.verb == POLYRING_TOUCH && !(self->like.marks & POLYRING_HAS_TTL))
    argp_error(state, "which time to live? Give it with --ttl");
  bool input = self->word_count == 1 && strcmp(self->words[0], "-") == 0;
  input |= self->keys_file && strcmp(self->keys_file, "-") == 0;
  if (input && self->value_file && strcmp(self->value_file, "-") == 0)
    argp_error(state, "standard input is to be the keys and the value");
  self->several = self->keys_file || input || self->word_count > 1;
}

static error_t parse(int option, char *value, struct argp_state *state) {
  items *self = state->input;
  switch (option) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &self->talk;
      return 0;
    case 'k':
      self->keys_file = value;
      return 0;
    case OPTION_TTL:
      self->like.ttl = whole(value, state);
      self->like.marks |= POLYRING_HAS_TTL;
      return 0;
    case OPTION_FILE:
      self->value_file = value;
      return 0;
    case OPTION_TYPE:
      take_type(self, value, state);
      return 0;
    case OPTION_BY:
      take_delta(self, value, state);
      return 0;
    case OPTION_INITIAL:
      self->like.initial = natural(value, state);
      self->like.marks |= POLYRING_HAS_INITIAL;
      return 0;
    case ARGP_KEY_ARGS:
      self->words = state->argv + state->next;
      self->word_count = (size_t)(state->argc - state->next);
      return 0;
    case ARGP_KEY_END:
      check_words(self, state);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* --- the value of a store --- */

static bool read_value_file(items *self) {
  enum { BLOCK = 1 << 16 };
  bool is_input = strcmp(self->value_file, "-") == 0;
  FILE *file = is_input ? stdin : fopen(self->value_file, "rb");
  size_t got = 1;
  errno = file ? 0 : errno;
  while (file && got && self->bytes.size <= POLYRING_VALUE_MAX) {
    uint8_t *at = polyring_buffer_more(&self->bytes, BLOCK);
    got = at ? fread(at, 1, BLOCK, file) : 0;
    if (at)
      self->bytes.size += got;
    else
      errno = ENOMEM;
  }
  bool fine = file && !ferror(file) && errno != ENOMEM;
  if (!fine) complain("%s: %s", self->value_file, strerror(errno ? errno : EIO));
  if (file && !is_input) fclose(file);
  return fine;
}

static bool read_value(items *self) {
  const char *type = self->type, *dialect = polyring_client_setting(self->talk.client, "dialect");
  if (!type && dialect && strcmp(dialect, "raw") == 0) type = "bytes";
  if (self->value_file && !read_value_file(self)) return false;
  return typed_read(type, (const char *)self->bytes.at, self->bytes.size, &self->room,
                    &self->like.value);
}

/* --- answers --- */

static void print_plain(const items *self, const key_line *line, const polyring_operation *op) {
  bool counts = op->verb == POLYRING_INCR || op->verb == POLYRING_DECR;
  if (op->verb != POLYRING_GET && !counts) return;
  if (self->several) {
    fwrite(line->text, 1, line->size, stdout);
    putchar('\t');
  }
  if (counts)
    printf("%llu\n", (unsigned long long)op->number);
  else
    typed_print(&op->found, self->several);
  if (!counts && (self->several || isatty(STDOUT_FILENO))) putchar('\n');
}

static bool print_json(const items *self, const polyring_operation *op) {
  json_t *object = talk_json(&self->talk, op);
  int digits = 15;
  if (op->status == POLYRING_OK && op->verb == POLYRING_GET)
    object = typed_json(object, &op->found, &digits);
  if (op->status == POLYRING_OK && (op->verb == POLYRING_INCR || op->verb == POLYRING_DECR)) {
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)op->number);
    json_object_set_new(object, "number", json_string(number));
  }
  return json_print(object, JSON_COMPACT | JSON_REAL_PRECISION(digits));
}

static bool run_chunk(items *self, size_t count) {
  talk *to = &self->talk;
  polyring_error error;
  if (polyring_client_run(to->client, self->ops, count, 0, to->results, &error) < 0) {
    complain("%s", error.text);
    talk_worsen(to, EXIT_SERVER);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    bool done = talk_judge(to, &self->ops[i]);
    if (to->ring.json && !print_json(self, &self->ops[i])) return false;
    if (done && !to->ring.json) print_plain(self, self->lines[i], &self->ops[i]);
  }
  return !ferror(stdout);
}

static bool take(void *context, key_batch *batch) {
  items *self = context;
  size_t start = 0, k = 0, count = 0;
  for (size_t i = 0; i < batch->line_count; i++) {
    const key_line *line = &batch->lines[i];
    if (line->problem != KEY_GOOD) {
      key_complain(batch, line);
      continue;
    }
    if (!count) self->ops = polyring_results_operations(self->talk.results, CHUNK);
    if (!self->ops) {
      complain("no memory");
      return false;
    }
    self->lines[count] = line;
    self->ops[count] = self->like;
    self->ops[count].key = batch->bytes + start;
    self->ops[count++].key_size = batch->ends[k] - start;
    start = batch->ends[k++];
    if (count == CHUNK && !run_chunk(self, count)) return false;
    if (count == CHUNK) count = 0;
  }
  return !count || run_chunk(self, count);
}

static int run(items *self, const struct argp *argp, int argc, char **argv) {
  static char dash[] = "-", *from_input[] = {dash};
  polyring_buffer_init(&self->room, NULL);
  polyring_buffer_init(&self->bytes, NULL);
  if (argp_parse(argp, argc, argv, 0, NULL, self) != 0) return EXIT_BAD;
  bool fine = talk_open(&self->talk) && (!self->takes_value || read_value(self));
  if (fine && self->keys_file) {
    fine = input_from(self->keys_file);
    self->words = from_input;
    self->word_count = 1;
  }
  int status = fine ? keys_each(self->words, self->word_count, take, self) : EXIT_BAD;
  talk_worsen(&self->talk, status);
  if (self->value_file) polyring_buffer_done(&self->bytes);
  polyring_buffer_done(&self->room);
  return talk_close(&self->talk);
}

#define ITEMS_ARGP(options, words, text) \
  { options, parse, words, text, items_children, NULL, NULL }

#define ABOUT_KEYS                                                                               \
  "Keys are percent-encoded. If the only KEY is -, keys are read from standard input, one a "    \
  "line.\n\nExit status: 0; 1 if an item is not there or was not stored; 2 after any usage or "  \
  "input error; 3 if a server failed or the time was over. The worst wins.\n\n"                  \
  "With --json: one object a key and line, {\"key\", \"server\", \"status\"}, of failures also " \
  "\"stage\" and \"text\""

static const struct argp_child items_children[] = {{&talk_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};

int run_get(int argc, char **argv) {
  static const struct argp argp = ITEMS_ARGP(
      get_options, "[KEY...]",
      "Prints the value of one key as it is, byte by byte; of several, one line each: the key as "
      "it "
      "was received, a tab, and the value, in which control characters and % are percent-encoded. "
      "Lists and maps are printed as JSON.\v" ABOUT_KEYS
      ", of what was found \"type\" and \"value\".\n");
  items self = {.like.verb = POLYRING_GET};
  return run(&self, &argp, argc, argv);
}

#define ABOUT_VALUES                                                                            \
  " VALUE is taken as it stands; - is standard input. With several keys, each gets that value." \
  "\v" ABOUT_KEYS ".\n"

int run_set(int argc, char **argv) {
  static const struct argp argp =
      ITEMS_ARGP(store_options, "KEY... VALUE\n--file=FILE KEY...", "Stores a value." ABOUT_VALUES);
  items self = {.like.verb = POLYRING_SET, .takes_value = true};
  return run(&self, &argp, argc, argv);
}

int run_add(int argc, char **argv) {
  static const struct argp argp =
      ITEMS_ARGP(store_options, "KEY... VALUE\n--file=FILE KEY...",
                 "Stores a value where there is none; else exits with 1." ABOUT_VALUES);
  items self = {.like.verb = POLYRING_ADD, .takes_value = true};
  return run(&self, &argp, argc, argv);
}

int run_delete(int argc, char **argv) {
  static const struct argp argp =
      ITEMS_ARGP(delete_options, "[KEY...]", "Deletes items.\v" ABOUT_KEYS ".\n");
  items self = {.like.verb = POLYRING_DELETE};
  return run(&self, &argp, argc, argv);
}

int run_touch(int argc, char **argv) {
  static const struct argp argp = ITEMS_ARGP(touch_options, "--ttl=SECONDS [KEY...]",
                                             "Gives items a new time to live.\v" ABOUT_KEYS ".\n");
  items self = {.like.verb = POLYRING_TOUCH};
  return run(&self, &argp, argc, argv);
}

int run_incr(int argc, char **argv) {
  static const struct argp argp = ITEMS_ARGP(
      incr_options, "[KEY...]",
      "Counts up, or down, and prints the number; of several keys, each after its key and a "
      "tab.\v" ABOUT_KEYS ", and \"number\", a decimal text.\n");
  items self = {.like = {.verb = POLYRING_INCR, .delta = 1}};
  return run(&self, &argp, argc, argv);
}
