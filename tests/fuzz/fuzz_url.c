/* What a user writes. The first byte says what the rest is:
 *
 *   u   a URL, and in further lines settings: what a client takes, it takes again as it shows it
 *   s   a profile, and in further lines servers: a ring is the same by way of a topology
 *
 * What is refused is refused with a reason, and leaves nothing behind. */
#include "fuzz.h"

/* All settings of a client as one text; those that were not given have values of others. */
static void write_settings(const polyring_client *client, polyring_buffer *out) {
  const char *name;
  for (size_t i = 0; (name = polyring_setting_name(i)); i++) {
    const char *value = polyring_client_setting(client, name);
    char encoded[3 * 4096 + 1];
    if (!strcmp(name, "timeout") || !strcmp(name, "topology")) continue;
    must(polyring_percent_encode(value, strlen(value), encoded, sizeof encoded) != POLYRING_NOWHERE,
         "a setting is no longer than the input");
    polyring_buffer_add(out, "&", out->size > 0);
    polyring_buffer_add(out, name, strlen(name));
    polyring_buffer_add(out, "=", 1);
    polyring_buffer_add(out, encoded, strlen(encoded));
  }
}

static void must_be_taken_again(const polyring_client *client) {
  polyring_buffer text;
  polyring_client *again;
  polyring_error error;
  const char *name;
  polyring_buffer_init(&text, NULL);
  write_settings(client, &text);
  if (lies("text")) text.at[text.size / 2] ^= 1;
  if (polyring_client_new(NULL, "a", 1, (const char *)text.at, text.size, &again, &error) < 0) {
    fprintf(stderr, "%s\n%.*s\n", error.text, (int)text.size, (const char *)text.at);
    abort();
  }
  for (size_t i = 0; (name = polyring_setting_name(i)); i++)
    must(!strcmp(name, "timeout") || !strcmp(name, "topology") ||
             !strcmp(polyring_client_setting(client, name), polyring_client_setting(again, name)),
         "a setting is shown as it is taken");
  polyring_client_free(again);
  polyring_buffer_done(&text);
}

static void try_client(const polyring_allocator *memory, const char *url, size_t url_size,
                       const char *settings, size_t size) {
  polyring_client *client;
  polyring_error error = {0};
  polyring_status status =
      polyring_client_new(memory, url, url_size, settings, size, &client, &error);
  if (status < 0) {
    must(!client, "there is none");
    must_say_why(status, &error, url_size > size ? url_size : size);
    return;
  }
  polyring_topology *topology;
  if (polyring_client_topology(client, &topology, &error) >= 0) must_be_its_own(topology);
  polyring_topology_free(topology);
  /* A profile may be one that does not take the server of the other client. */
  if (!strcmp(polyring_client_setting(client, "profile"), POLYRING_PROFILE_DEFAULT))
    must_be_taken_again(client);
  polyring_client_free(client);
}

static void try_ring(const polyring_allocator *memory, const char *profile, size_t profile_size,
                     const char *servers, size_t size) {
  polyring_ring *ring, *by_way = NULL;
  polyring_topology *topology = NULL;
  char print[POLYRING_FINGERPRINT_SIZE], print_by_way[POLYRING_FINGERPRINT_SIZE];
  polyring_error error = {0};
  polyring_status status =
      polyring_ring_new(memory, profile, profile_size, servers, size, &ring, &error);
  if (status < 0) {
    must(!ring, "there is none");
    must_say_why(status, &error, profile_size > size ? profile_size : size);
    return;
  }
  must(polyring_ring_locate(ring, "key", 3) < (int32_t)polyring_ring_server_count(ring),
       "a server is one of the list");
  status =
      polyring_topology_new(memory, profile, profile_size, servers, size, 1, &topology, &error);
  if (status >= 0) {
    must_be_its_own(topology);
    status = polyring_topology_ring(memory, topology, &by_way, &error);
    if (status < 0 && status != POLYRING_NO_MEMORY) {
      fprintf(stderr, "%s\n", error.text);
      abort();
    }
  }
  if (by_way && polyring_ring_fingerprint(ring, print) >= 0 &&
      polyring_ring_fingerprint(by_way, print_by_way) >= 0)
    must(strcmp(print, print_by_way) == 0, "a ring is the same by way of a topology");
  polyring_ring_free(by_way);
  polyring_topology_free(topology);
  polyring_ring_free(ring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t used = 0;
  polyring_allocator memory = {little, &used};
  if (size < 2) return 0;
  const char *first = (const char *)data + 1, *line = memchr(first, '\n', --size);
  size_t first_size = line ? (size_t)(line - first) : size, rest = size - first_size;
  if (*data == 's')
    try_ring(&memory, first, first_size, line ? line + 1 : "", rest - (rest > 0));
  else
    try_client(&memory, first, first_size, line ? line + 1 : "", rest - (rest > 0));
  must(!used, "all memory is given back");
  return 0;
}
