/* Provenance of vectors: who was recorded, how, and with what. */
#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>

#include "observe.h"

#define RECORD_RUNS 2 /* which must not differ */

/* The field "source". configuration is what stands in the file for it, or NULL for the command. */
json_t *record_source(const struct client *client, const struct hello *hello,
                      const char *configuration, bool landed);

/* Fails if the client is Polyring, which cannot be the measure of itself. */
void record_check_client(const struct hello *hello);

/* Records vectors of a hash function: asks the client twice for the hash of each key. */
struct hash_recording {
  const char *function, *text, *configuration, *out;
  bool is_signed;
  json_t *about;
};
int record_hash(const struct hash_recording *recording, const struct observer *observer,
                const struct client *client, const struct keys *keys);

#endif
