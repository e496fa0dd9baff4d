/* What every unit test begins with: cmocka in its order, and short ways to the library. */
#ifndef POLYRING_TESTS_UNIT_H
#define POLYRING_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "polyring/polyring.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* With POLYRING_ONLY in the environment, the tests whose names fit this pattern. */
__attribute__((constructor)) static inline void only_some(void) {
  const char *pattern = getenv("POLYRING_ONLY");
  if (pattern) cmocka_set_test_filter(pattern);
}

/* A ring that must come to be. */
static inline polyring_ring *ring_of(const char *profile, const char *servers) {
  polyring_ring *ring;
  polyring_error error;
  if (polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &ring, &error) <
      0)
    fail_msg("%s with %s: %s", profile, servers, error.text);
  return ring;
}

/* Whether an event of a server's health has this in its text; forgets all that wait. */
static inline int health_told(polyring_client *client, const char *text) {
  polyring_event event;
  int found = 0;
  while (polyring_client_next_event(client, &event))
    found |= event.kind == POLYRING_EVENT_HEALTH && strstr(event.text, text) != NULL;
  return found;
}

/* A ring that must be refused with this status and a text that has the given words in it. */
static inline polyring_error refused(const char *profile, const char *servers, size_t size,
                                     polyring_status status, const char *words) {
  polyring_ring *ring = (polyring_ring *)&ring;
  polyring_error error = {0};
  polyring_status came =
      polyring_ring_new(NULL, profile, strlen(profile), servers, size, &ring, &error);
  if (came != status || error.status != status || ring || !strstr(error.text, words))
    fail_msg("%s with %s: %s, \"%s\" instead of \"%s\"", profile, servers,
             polyring_status_name(came), error.text, words);
  for (const char *c = error.text; *c; c++) assert_in_range((uint8_t)*c, 0x20, 0x7E);
  return error;
}

/* The value of a profile's column, until the next call. */
static inline const char *row_value(const char *name, const char *column) {
  static char value[64];
  polyring_profile *profile;
  size_t c = 0;
  assert_int_equal(polyring_profile_new(NULL, name, strlen(name), &profile, NULL), POLYRING_OK);
  while (strcmp(polyring_column_name(c), column) != 0) c++;
  snprintf(value, sizeof value, "%s", polyring_profile_value(profile, c));
  polyring_profile_free(profile);
  return value;
}

static inline int32_t locate(const polyring_ring *ring, const char *key) {
  return polyring_ring_locate(ring, key, strlen(key));
}

#endif
