/* Store and read on memcached servers.
 *
 *     cc client.c -o client $(pkg-config --cflags --libs polyring) && ./client [SERVERS]
 *
 * SERVERS is a URL, or servers with blanks between them. */
#include <inttypes.h>
#include <polyring/client.h>
#include <stdio.h>
#include <string.h>

static const char DEFAULT_SERVERS[] = "memcached://127.0.0.1:11211/?timeout=2s";

static polyring_operation get(const char *key) {
  return (polyring_operation){.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
}

static polyring_operation set(const char *key, const char *text, int64_t seconds) {
  return (polyring_operation){.verb = POLYRING_SET,
                              .marks = POLYRING_HAS_TTL,
                              .key = key,
                              .key_size = strlen(key),
                              .value = {POLYRING_VALUE_TEXT, .at = text, .size = strlen(text)},
                              .ttl = seconds};
}

/* What an operation came to, in a line. */
static void show(const polyring_results *results, const polyring_operation *operation) {
  polyring_error error;
  printf("%.*s: ", (int)operation->key_size, (const char *)operation->key);
  if (operation->status < 0) {
    polyring_results_explain(results, operation, &error);
    puts(error.text);
  } else if (operation->status != POLYRING_OK) {
    puts(polyring_status_text(operation->status));
  } else if (operation->found.tag == POLYRING_VALUE_TEXT) {
    printf("%.*s\n", (int)operation->found.size, (const char *)operation->found.at);
  } else if (operation->verb == POLYRING_INCR) {
    printf("%" PRIu64 "\n", operation->number);
  } else {
    puts("OK");
  }
}

int main(int argc, char **argv) {
  const char *servers = argc > 1 ? argv[1] : DEFAULT_SERVERS;
  polyring_client *client;
  polyring_error error;
  if (polyring_client_new(NULL, servers, strlen(servers), NULL, 0, &client, &error) < 0)
    return fprintf(stderr, "%s\n", error.text), 1;

  polyring_operation visits = {.verb = POLYRING_SET,
                               .key = "visits",
                               .key_size = 6,
                               .value = {POLYRING_VALUE_INT, .integer = 41}};
  polyring_operation count = {.verb = POLYRING_INCR, .key = "visits", .key_size = 6, .delta = 1};
  polyring_operation all[] = {set("user:17", "Ada", 3600), visits, count, get("user:17"),
                              get("user:18")};

  /* One call, all servers at once. Each operation has a status of its own. */
  polyring_results *results = polyring_results_borrow(client);
  if (!results || polyring_client_run(client, all, 5, 0, results, &error) < 0)
    return fputs("there is no memory\n", stderr), 1;
  show(results, &all[0]);  // user:17: OK
  show(results, &all[2]);  // visits: 42
  show(results, &all[3]);  // user:17: Ada
  show(results, &all[4]);  // user:18: there is no such item

  polyring_results_return(results);
  polyring_client_free(client);
  return 0;
}
