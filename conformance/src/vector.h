/* Placement vectors: files of keys and where a real client put them. */
#ifndef VECTOR_H
#define VECTOR_H

#include <jansson.h>

#include "keys.h"
#include "places.h"

#define PLACEMENT_SCHEMA "polyring-placement-1"
#define HASH_SCHEMA "polyring-hash-1"
#define DIGEST_OF "index of the server in decimal and a newline, per key in order"
#define DIGEST_PATTERN "k:{n}"
#define DIGEST_COUNT 20000
#define DIGEST_COUNT_MIN 2000

struct vector_case {
  const char *id, *key; /* key percent-encoded */
  size_t key_index;     /* in keys */
  size_t at;            /* the first of the servers that are the same */
  bool refused, may_refuse;
  const json_t *flags; /* an array, or NULL */
};

struct vector {
  char *path, *topology; /* topology: the name of the file */
  char *profile;         /* its canonical name */
  json_t *root;
  struct places places;
  struct keys keys;
  struct vector_case *cases;
  size_t count;
  const char *digest_pattern, *digest; /* NULL if there is none */
  uint64_t digest_from, digest_count;
};

/* Fails, naming the file and the place, on what is no sound placement vector. Returns false for
 * a file of another schema. */
bool vector_read(const char *path, struct vector *vector);
void vector_done(struct vector *vector);

/* The paths of all .json files below a folder, sorted, or the path itself. Fails if there is no
 * such thing. words.items and each path are to be freed. */
struct words vector_files(const char *path);

/* The canonical name of a profile; NULL, and why in *error, to be freed, if there is none. */
char *profile_canonical(const char *name, char **error);

/* SHA-256 over the canonical JSON of a list of cases. */
void cases_sha256(const json_t *cases, char hex[65]);

/* Writes a vector: one line a field, and a line a case. */
void vector_write(const char *path, const json_t *root);

#endif
