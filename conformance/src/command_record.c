/* polyring-check record: vector files from real clients. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "progress.h"
#include "recipe.h"
#include "record.h"
#include "sha256.h"
#include "vector.h"

struct input {
  struct client_options clients;
  struct words keys, witnesses;
  struct hash_recording hash;
  const char *name, *topology, *servers, *flags;
  bool may_refuse;
  const char *digest_keys;
  size_t digest_count;
};

enum {
  OPTION_KEYS = 500,
  OPTION_FLAGS,
  OPTION_REFUSE,
  OPTION_ABOUT,
  OPTION_CONFIGURATION,
  OPTION_WITNESS,
  OPTION_HASH,
  OPTION_SIGNED,
  OPTION_TEXT,
  OPTION_DIGEST,
  OPTION_DIGEST_KEYS
};

static void check_input(const struct input *input, struct argp_state *state) {
  if (!input->name) argp_error(state, "the name of a client is missing");
  if (!input->keys.count) argp_error(state, "--keys is missing");
  if (!input->hash.out) argp_error(state, "--out is missing");
  if (!input->hash.function && !input->topology) argp_error(state, "--topology is missing");
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      return 0;
    case 't':
      input->topology = value;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 'o':
      input->hash.out = value;
      return 0;
    case OPTION_KEYS:
      words_add(&input->keys, value);
      return 0;
    case OPTION_FLAGS:
      input->flags = value;
      return 0;
    case OPTION_REFUSE:
      input->may_refuse = true;
      return 0;
    case OPTION_ABOUT:
      json_array_append_new(input->hash.about, json_text(value));
      return 0;
    case OPTION_CONFIGURATION:
      input->hash.configuration = value;
      return 0;
    case OPTION_WITNESS:
      words_add(&input->witnesses, value);
      return 0;
    case OPTION_HASH:
      input->hash.function = value;
      return 0;
    case OPTION_SIGNED:
      input->hash.is_signed = true;
      return 0;
    case OPTION_TEXT:
      input->hash.text = value;
      return 0;
    case OPTION_DIGEST:
      input->digest_count = strtoul(value, NULL, 10);
      if (input->digest_count < DIGEST_COUNT_MIN || input->digest_count > DIGEST_COUNT)
        argp_error(state, "--digest takes a number from %d to %d", DIGEST_COUNT_MIN, DIGEST_COUNT);
      return 0;
    case OPTION_DIGEST_KEYS:
      if (!strstr(value, "{n}")) argp_error(state, "--digest-keys needs {n} in it");
      input->digest_keys = value;
      return 0;
    case ARGP_KEY_ARG:
      if (input->name) argp_error(state, "one client at a time: %s", value);
      input->name = value;
      return 0;
    case ARGP_KEY_END:
      check_input(input, state);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* Everything that one recording is made of. */
struct recording {
  const struct input *input;
  const struct client *client;
  struct places places;
  struct recipe recipe;
  struct keys keys; /* the listed ones, then those of the digest */
  struct observation seen;
};

static void check_same(const struct recording *recording, const struct observation *again) {
  for (size_t i = 0; i < again->count; i++) {
    const struct outcome *a = &recording->seen.outcomes[i], *b = &again->outcomes[i];
    if (a->status == b->status && (a->status != SAME || a->at == b->at)) continue;
    char *key = keys_text(&recording->keys, i);
    fail(EXIT_DIFFERS, "%s: not the same in every run", key);
  }
}

/* Ends the program if a key went where no vector can say it did. */
static void check_usable(const struct recording *recording) {
  const struct observation *seen = &recording->seen;
  for (size_t i = 0; i < seen->count; i++) {
    const struct outcome *outcome = &seen->outcomes[i];
    bool listed = i < recording->recipe.keys.count;
    bool may = recording->input->may_refuse ||
               (listed && json_is_true(json_object_get(recording->recipe.extras[i], "may_refuse")));
    if (outcome->status == SAME || (outcome->status == REFUSED && listed && may)) continue;
    char *key = keys_text(&recording->keys, i);
    int code = outcome->status == BROKEN    ? EXIT_BROKEN
               : outcome->status == SKIPPED ? EXIT_NOTHING
                                            : EXIT_DIFFERS;
    fail(seen->missing ? EXIT_ENVIRONMENT : code, "%s: %s: %s", key,
         status_name(outcome->status, true), outcome->why ? outcome->why : "");
  }
}

static json_t *make_cases(const struct recording *recording) {
  json_t *cases = json_array();
  for (size_t i = 0; i < recording->recipe.keys.count; i++) {
    const struct outcome *outcome = &recording->seen.outcomes[i];
    char *key = keys_text(&recording->keys, i);
    char *id = format("%s/%zu", recording->input->topology, i + 1);
    json_t *one = json_object(), *extra = recording->recipe.extras[i];
    json_put(one, "id", json_text(id));
    json_put(one, "key", json_text(key));
    if (outcome->status == REFUSED)
      json_put(one, "refused", json_true());
    else
      json_put(one, "at", json_integer((json_int_t)outcome->at));
    json_object_update(one, extra);
    json_array_append_new(cases, one);
    free(id);
    free(key);
  }
  return cases;
}

static json_t *make_digest(const struct recording *recording) {
  const struct input *input = recording->input;
  struct keys digest = {0};
  struct sha256 sha;
  char line[32], hex[65];
  keys_add_pattern(&digest, input->digest_keys, 0, input->digest_count);
  sha256_init(&sha);
  for (size_t n = 0; n < digest.count; n++) {
    size_t size;
    const uint8_t *key = keys_at(&digest, n, &size);
    size_t at = recording->seen.outcomes[keys_find(&recording->keys, key, size)].at;
    sha256_add(&sha, line, (size_t)sprintf(line, "%zu\n", at));
  }
  sha256_hex(&sha, hex);
  keys_done(&digest);
  return json_pack("{s:s, s:i, s:i, s:s, s:s}", "keys", input->digest_keys, "from", 0, "count",
                   (int)input->digest_count, "of", DIGEST_OF, "sha256", hex);
}

/* What another client says to the same keys; NULL if it cannot say anything. A contradiction ends
 * the program. */
static json_t *make_witness(const struct recording *recording, const struct client *client) {
  struct observation seen;
  size_t agreed = 0;
  observe(&recording->input->clients.observer, client, &recording->places, &recording->recipe.keys,
          &seen);
  for (size_t i = 0; i < seen.count; i++) {
    const struct outcome *ours = &recording->seen.outcomes[i], *theirs = &seen.outcomes[i];
    bool same = ours->status == theirs->status && (ours->status != SAME || ours->at == theirs->at);
    if (same && ours->status == SAME) agreed++;
    if (same || theirs->status == REFUSED || theirs->status == SKIPPED) continue;
    char *key = keys_text(&recording->keys, i);
    fail(EXIT_DIFFERS, "the witness %s contradicts: %s: %s %s", client->name, key,
         status_name(theirs->status, false), theirs->why ? theirs->why : "");
  }
  json_t *witness = NULL;
  if (agreed && seen.hello.client)
    witness = json_pack("{s:o, s:o, s:o, s:s, s:i, s:i}", "client", json_text(seen.hello.client),
                        "version", json_text(seen.hello.version), "configuration",
                        json_text(client->configuration), "observed",
                        seen.mode == MODE_LAND ? "landed" : "located", "agreed", (int)agreed,
                        "refused", (int)seen.counts[REFUSED]);
  else
    fprintf(stderr, TOOL ": the witness %s says nothing: %s\n", client->name,
            seen.count && seen.outcomes[0].why ? seen.outcomes[0].why : "");
  observation_done(&seen);
  return witness;
}

static json_t *make_vector(const struct recording *recording, const struct clients *clients) {
  const struct input *input = recording->input;
  json_t *root = json_object(), *witnesses = json_array();
  char *why, *profile = profile_canonical(recording->client->profile, &why), hex[65];
  if (!profile) fail(EXIT_USAGE, "%s: %s", recording->client->name, why);
  json_put(root, "schema", json_text(PLACEMENT_SCHEMA));
  json_put(root, "profile", json_text(profile));
  json_put(root, "about", json_incref(input->hash.about));
  json_put(root, "servers", places_json(&recording->places));
  json_put(root, "source",
           record_source(recording->client, &recording->seen.hello, input->hash.configuration,
                         recording->seen.mode == MODE_LAND));
  for (size_t i = 0; i < input->witnesses.count; i++) {
    json_t *one = make_witness(recording, clients_find(clients, input->witnesses.items[i]));
    if (one) json_array_append_new(witnesses, one);
  }
  json_put(root, "witnesses", witnesses);
  json_put(root, "notes", recipe_notes(&recording->recipe));
  json_t *cases = make_cases(recording);
  cases_sha256(cases, hex);
  json_put(root, "cases", cases);
  json_put(root, "digest", make_digest(recording));
  json_put(root, "cases_sha256", json_text(hex));
  free(profile);
  return root;
}

static int record_placement(struct recording *recording, const struct clients *clients) {
  const struct input *input = recording->input;
  const struct keys *listed = &recording->recipe.keys;
  option_servers(input->servers, &recording->places);
  for (size_t i = 0; i < listed->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(listed, i, &size);
    keys_add(&recording->keys, key, size);
  }
  keys_add_pattern(&recording->keys, input->digest_keys, 0, input->digest_count);
  for (int run = 0; run < RECORD_RUNS; run++) {
    struct observation seen;
    observe(&input->clients.observer, recording->client, &recording->places, &recording->keys,
            &seen);
    progress_clear();
    if (seen.hello.client) record_check_client(&seen.hello);
    if (run == 0) {
      recording->seen = seen;
      check_usable(recording);
    } else {
      check_same(recording, &seen);
      observation_done(&seen);
    }
  }
  json_t *root = make_vector(recording, clients);
  vector_write(input->hash.out, root);
  printf("%s: %zu keys and a digest of %zu, %zu refused, %s\n", input->hash.out, listed->count,
         input->digest_count, recording->seen.counts[REFUSED], mode_name(recording->seen.mode));
  json_decref(root);
  observation_done(&recording->seen);
  places_done(&recording->places);
  keys_done(&recording->keys);
  return EXIT_AGREED;
}

static int record(const struct input *input) {
  struct clients clients;
  struct recording recording = {.input = input};
  int code;
  clients_read(&clients, input->clients.list);
  recording.client = clients_find(&clients, input->name);
  for (size_t i = 0; i < input->witnesses.count; i++)
    clients_find(&clients, input->witnesses.items[i]);
  if (!json_array_size(input->hash.about))
    json_array_append_new(input->hash.about,
                          json_text(input->topology ? input->topology : input->hash.function));
  for (size_t i = 0; i < input->keys.count; i++)
    recipe_read(input->keys.items[i], &recording.recipe);
  if (input->flags) recipe_read_notes(input->flags, &recording.recipe);
  if (!recording.recipe.keys.count) fail(EXIT_USAGE, "there are no keys");
  if (input->hash.function)
    code = record_hash(&input->hash, &input->clients.observer, recording.client,
                       &recording.recipe.keys);
  else
    code = record_placement(&recording, &clients);
  recipe_done(&recording.recipe);
  clients_done(&clients);
  return code;
}

int record_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"topology", 't', "NAME", 0, "The name of the list of servers", 0},
      {"servers", 's', "LIST", 0, "The servers, as one blank-separated list", 0},
      {"keys", OPTION_KEYS, "FILE", 0,
       "What to place: lines of KEY [flags=A,B] [kills=column=value,...] [may_refuse], or JSON "
       "(may be repeated)",
       0},
      {"out", 'o', "FILE", 0, "The vector file to write", 0},
      {"flags", OPTION_FLAGS, "FILE", 0, "What the flags mean: lines of FLAG COLUMN EFFECT", 0},
      {"may-refuse", OPTION_REFUSE, NULL, 0, "Any listed key may be refused", 0},
      {"about", OPTION_ABOUT, "TEXT", 0, "A line about the file (may be repeated)", 0},
      {"configuration", OPTION_CONFIGURATION, "TEXT", 0,
       "The client's settings in its own words (standard: the command)", 0},
      {"witness", OPTION_WITNESS, "NAME", 0, "Another client that has to agree (may be repeated)",
       0},
      {"hash", OPTION_HASH, "FUNCTION", 0, "Record this hash function instead of placements", 0},
      {"signed", OPTION_SIGNED, NULL, 0, "It takes bytes from 0x80 up for negative", 0},
      {"text", OPTION_TEXT, "KIND", 0, "What it hashes: bytes (standard), utf8, utf16, low8", 0},
      {"digest", OPTION_DIGEST, "COUNT", 0, "Keys of the digest, 2,000 to 20,000 (standard: 20,000)",
       0},
      {"digest-keys", OPTION_DIGEST_KEYS, "PATTERN", 0, "Those keys (standard: k:{n})", 0},
      {0}};
  static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "NAME",
      "Writes a vector file from a real client: lets it place the keys, and those of the digest, "
      "twice, and fails unless both times agree. Polyring itself cannot be recorded.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD,
                        .hash = {.text = "bytes"},
                        .digest_keys = DIGEST_PATTERN,
                        .digest_count = DIGEST_COUNT};
  input.hash.about = json_array();
  options_parse(&argp, argc, argv, &input);
  enum mode mode = input.clients.observer.mode;
  if (mode != MODE_AUTO && mode != MODE_LAND && mode != MODE_LOCATE)
    fail(EXIT_USAGE, "record takes the modes auto, land and locate, not %s", mode_name(mode));
  int code = record(&input);
  json_decref(input.hash.about);
  free(input.keys.items);
  free(input.witnesses.items);
  return code;
}
