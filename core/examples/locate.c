/* Where do keys live, and why?
 *
 *     cc locate.c -o locate $(pkg-config --cflags --libs polyring) && ./locate */
#include <polyring/ring.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const char *profile = "ketama", *servers = "10.0.0.1 10.0.0.2 10.0.0.3", *key = "user:18";
  polyring_ring *ring;
  polyring_placement placement;
  polyring_error error;
  if (polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &ring, &error) <
      0)
    return fprintf(stderr, "%s\n", error.text), 1;
  int32_t at = polyring_ring_locate(ring, key, strlen(key));
  if (at >= 0) puts(polyring_ring_server(ring, (size_t)at, NULL));  // 10.0.0.2
  if (polyring_ring_explain(ring, key, strlen(key), &placement, &error) == POLYRING_OK)
    puts((const char *)placement.label);  // 10.0.0.2-35
  polyring_ring_free(ring);
  return 0;
}
