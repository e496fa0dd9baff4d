/* The text of a topology: what is taken has a canonical text, which is taken too and is its own; a
 * client takes it, or says why not. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t used = 0;
  polyring_allocator memory = {little, &used};
  polyring_topology *topology;
  polyring_client *client;
  polyring_error error = {0};
  const char *text = (const char *)data;
  polyring_status status = polyring_topology_parse(&memory, text, size, &topology, &error);
  if (status < 0) {
    must(!topology && !used, "nothing is left of what was refused");
    must_say_why(status, &error, size);
    return 0;
  }
  must_be_its_own(topology);
  polyring_topology_free(topology);
  status = polyring_client_new(&memory, text, size, NULL, 0, &client, &error);
  if (status < 0)
    must_say_why(status, &error, size);
  else
    status = polyring_client_set_topology(client, text, size, &error);
  must(status >= 0 || !client || status == POLYRING_NO_MEMORY, "a client takes its own topology");
  polyring_client_free(client);
  must(!used, "all memory is given back");
  return 0;
}
