#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "json.h"
#include "polyring/polyring.h"
#include "vector.h"

void record_check_client(const struct hello *hello) {
  if (!strncasecmp(hello->client, "polyring", 8))
    fail(EXIT_USAGE, "%s cannot be recorded: Polyring is never the measure of itself",
         hello->client);
}

/* The package that a client comes from with its version, if dpkg knows it. */
static char *package_of(const struct client *client) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.+-";
  char *name = format("%.*s", (int)strcspn(client->packages, ","), client->packages);
  if (*name == '@') memmove(name, name + 1, strlen(name)); /* a package manager, or "built" */
  char line[256] = "";
  if (!strcmp(name, "-") || name[strspn(name, letters)]) return name;
  char *command = format("dpkg-query -W -f '${Package} ${Version}' %s 2>/dev/null", name);
  FILE *file = popen(command, "re");
  bool told = file && fgets(line, sizeof line, file);
  if (file) pclose(file);
  free(command);
  if (!told) return name;
  free(name);
  return copy(line);
}

json_t *record_source(const struct client *client, const struct hello *hello,
                      const char *configuration, bool landed) {
  json_t *source = json_object();
  char *package = package_of(client), *date = clock_date(), hex[65];
  char *server = landed ? fleet_version() : NULL;
  if (landed && !server) fail(EXIT_ENVIRONMENT, "memcached is not installed");
  const char *library = hello_value(hello, "library"), *runtime = hello_value(hello, "runtime");
  if (!configuration) configuration = client->configuration;
  json_put(source, "kind", json_text("observed"));
  json_put(source, "client", json_text(hello->client));
  json_put(source, "version", json_text(hello->version));
  if (library) json_put(source, "library", json_text(library));
  if (runtime) json_put(source, "runtime", json_text(runtime));
  if (strcmp(package, "-")) json_put(source, "package", json_text(package));
  json_put(source, "configuration", json_text(configuration));
  json_put(source, "observed", json_text(landed ? "landed" : "located"));
  if (server) json_put(source, "server", json_text(server));
  json_put(source, "tool", json_text(TOOL " " POLYRING_VERSION));
  date[10] = 0;
  json_put(source, "date", json_text(date));
  if (client_adapter_sha256(client, hex)) json_put(source, "adapter_sha256", json_text(hex));
  json_put(source, "runs", json_integer(RECORD_RUNS));
  free(package);
  free(date);
  free(server);
  return source;
}

/* Asks for all hashes once. cases is filled in the first run and compared in later ones. */
static void ask_hashes(struct adapter *adapter, const struct hash_recording *recording,
                       const struct keys *keys, json_t *cases, bool first) {
  for (size_t i = 0; i < keys->count; i++) {
    char *key = keys_text(keys, i);
    char *line = format("hash %s %s\n", recording->function, key);
    char *reply = adapter_ask(adapter, line, strlen(line));
    char *hash = reply ? reply_is(reply, "hash") : NULL;
    if (!reply) fail(EXIT_BROKEN, "%s", adapter->broken);
    if (!hash && reply_is(reply, "skip"))
      fail(EXIT_NOTHING, "hash %s: %s", recording->function, reply);
    if (!hash || !*hash || hash[strspn(hash, "0123456789")])
      fail(hash ? EXIT_BROKEN : EXIT_DIFFERS, "hash of %s: %.80s", key, printable(reply));
    if (first) {
      char *id = format("%s/%zu", recording->function, i + 1);
      json_array_append_new(cases,
                            json_pack("{s:s, s:s, s:s}", "id", id, "key", key, "hash", hash));
      free(id);
    } else if (strcmp(hash, json_string_value(json_object_get(json_array_get(cases, i), "hash")))) {
      fail(EXIT_DIFFERS, "the hash of %s is not the same in every run", key);
    }
    free(line);
    free(key);
  }
}

int record_hash(const struct hash_recording *recording, const struct observer *observer,
                const struct client *client, const struct keys *keys) {
  static const char line[] = "hello polyring-adapter/1\n";
  json_t *cases = json_array(), *root = json_object();
  char hex[65];
  json_put(root, "schema", json_text(HASH_SCHEMA));
  json_put(root, "function", json_text(recording->function));
  json_put(root, "signed", json_boolean(recording->is_signed));
  json_put(root, "text", json_text(recording->text));
  json_put(root, "about", json_incref(recording->about));
  for (int run = 0; run < RECORD_RUNS; run++) {
    struct adapter adapter;
    struct hello hello;
    char *why = adapter_start(&adapter, client, NULL, observer->timeout);
    if (why) fail(EXIT_ENVIRONMENT, "%s", why);
    char *reply = adapter_ask(&adapter, line, sizeof line - 1);
    if (!reply || !hello_read(&adapter, reply, &hello)) fail(EXIT_BROKEN, "%s", adapter.broken);
    record_check_client(&hello);
    ask_hashes(&adapter, recording, keys, cases, run == 0);
    adapter_stop(&adapter);
    if (adapter.broken) fail(EXIT_BROKEN, "%s", adapter.broken);
    if (run == 0)
      json_put(root, "source", record_source(client, &hello, recording->configuration, false));
    hello_done(&hello);
  }
  cases_sha256(cases, hex);
  json_put(root, "cases", cases);
  json_put(root, "cases_sha256", json_text(hex));
  vector_write(recording->out, root);
  json_decref(root);
  return EXIT_AGREED;
}
