/* A stranger's program: all it knows is the installed library. */
#include <polyring/polyring.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  polyring_ring *ring;
  polyring_error error;
  if (argc != 4) return 2;
  if (strcmp(polyring_version(), POLYRING_VERSION) != 0) return 3;
  if (polyring_ring_new(NULL, argv[1], strlen(argv[1]), argv[2], strlen(argv[2]), &ring, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }
  int32_t at = polyring_ring_locate(ring, argv[3], strlen(argv[3]));
  if (at >= 0) puts(polyring_ring_server(ring, (size_t)at, NULL));
  polyring_ring_free(ring);
  return at < 0;
}
