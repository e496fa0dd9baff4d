/* Polyring: the ring, which says on which server a key lives.
 *
 * A ring is a profile and a list of servers, built once and never changed: any number of threads
 * may use one at the same time, no call on it allocates memory, resolves a name or does I/O.
 *
 *     polyring_ring *ring;
 *     polyring_error error;
 *     if (polyring_ring_new(NULL, "ketama", 6, "10.0.0.1 10.0.0.2", 17, &ring, &error) < 0)
 *       fprintf(stderr, "%s\n", error.text);
 *     int32_t at = polyring_ring_locate(ring, "user:17", 7);
 *
 * Server text. A list is one or more servers separated by blanks. A server is
 *
 *     [name=] place [:weight] [;attribute=value]...        (without blanks)
 *
 * place: host[/address][:port], where host is a name, an IPv4 address or an IPv6 address in
 * brackets, and the address beside a name says what it resolves to (a ring never resolves; some
 * clients place keys by it); or unix:path[:port]. For a host a single number is the port; for a
 * path a single number is the weight and two are port and weight. A weight is a decimal number
 * from 0 to 4294967295. Port absent, weight absent and weight 1 are three statements, and the
 * profile says what each means. In name, host, path and attribute every byte outside
 * A-Z a-z 0-9 - . _ ~ / is percent-encoded. */
#ifndef POLYRING_RING_H
#define POLYRING_RING_H

#include "polyring/bytes.h"
#include "polyring/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POLYRING_SERVERS_MAX 65535 /* servers in a list */
#define POLYRING_KEY_MAX 250       /* bytes of a key as it goes over the wire */
#define POLYRING_LABEL_MAX 1023    /* bytes of a point's label, without the key in it */
#define POLYRING_TEXT_MAX 4352     /* bytes of what is hashed of a key */
#define POLYRING_TIES_MAX 16       /* servers that a placement lists for one unspecified point */
#define POLYRING_NO_SERVER 0xFFFFu /* locate_many: this key has no server, see its status */

typedef struct polyring_ring polyring_ring;

/* Builds a ring from the text of a profile and the text of a list of servers. An empty profile
 * (size 0) means POLYRING_PROFILE_DEFAULT. The texts may be freed afterwards. Free the ring with
 * polyring_ring_free. On failure *ring is NULL.
 *
 * OK; INVALID_PROFILE; INVALID_SERVERS (an empty list, a malformed server, a weight, place or
 * duplicate that this row's client does not take, a label that needs what the list does not
 * give: the error names the server and, where that helps, the text to write instead); TOO_LARGE
 * (more than POLYRING_SERVERS_MAX servers, or weights that make more than 2^25 points);
 * NO_MEMORY. */
POLYRING_API polyring_status polyring_ring_new(const polyring_allocator *allocator,
                                               const char *profile, size_t profile_size,
                                               const char *servers, size_t servers_size,
                                               polyring_ring **ring, polyring_error *error);

/* Builds a ring from a list that is already one: count servers lie one behind the other in the
 * bytes at servers, server i ends before ends[i] and starts where the one before it ends. A blank
 * inside a server is an error here, not a separator. */
POLYRING_API polyring_status polyring_ring_new_from_list(const polyring_allocator *allocator,
                                                         const char *profile, size_t profile_size,
                                                         const char *servers, const uint32_t *ends,
                                                         size_t count, polyring_ring **ring,
                                                         polyring_error *error);

/* Frees a ring. NULL is allowed. */
POLYRING_API void polyring_ring_free(polyring_ring *ring);

/* A new ring with one server more, behind the others of the list, or with one less: the servers
 * behind it move up by one index. It is the ring that polyring_ring_new gives for that list, only
 * made faster: where the points of the other servers stay what they are, by merging. The given
 * ring stays as it is, goes on answering, and may be freed before or after the new one, which takes
 * its allocator.
 *
 * OK; INVALID_SERVERS, TOO_LARGE, NO_MEMORY as from polyring_ring_new; INVALID_ARGUMENT for an
 * index beyond the list, or if only one server is left. On failure the result is NULL. */
POLYRING_API polyring_status polyring_ring_add(const polyring_ring *ring, const char *server,
                                               size_t size, polyring_ring **with_it,
                                               polyring_error *error);
POLYRING_API polyring_status polyring_ring_remove(const polyring_ring *ring, size_t index,
                                                  polyring_ring **without_it,
                                                  polyring_error *error);

/* A new ring of the same servers with another profile. It is the ring that polyring_ring_new gives
 * for the profile's name and that list, only made faster: nothing is parsed, and where both
 * profiles make the same points these are copied. The ring and the profile stay as they are and may
 * be freed before or after the new one, which takes the ring's allocator, and for its copy of the
 * profile that one's.
 *
 * OK; INVALID_SERVERS, TOO_LARGE, NO_MEMORY as from polyring_ring_new. On failure *following is
 * NULL. */
POLYRING_API polyring_status polyring_ring_follow(const polyring_ring *ring,
                                                  const polyring_profile *profile,
                                                  polyring_ring **following, polyring_error *error);

/* The canonical name of the ring's profile, and the number of its servers. */
POLYRING_API const char *polyring_ring_profile(const polyring_ring *ring);
POLYRING_API size_t polyring_ring_server_count(const polyring_ring *ring);

/* Server i as it was spelled, without name=, weight and attributes; *size (may be NULL) gets its
 * length. NUL-terminated, lives as long as the ring; NULL when i is beyond the last server. */
POLYRING_API const char *polyring_ring_server(const polyring_ring *ring, size_t i, size_t *size);

/* Where a key lives: the index of the server in the list, or a negative status: INVALID_KEY for
 * a key that is empty, over-long or has bytes that the profile's client refuses
 * (polyring_ring_explain says which). */
POLYRING_API int32_t polyring_ring_locate(const polyring_ring *ring, const void *key,
                                          size_t key_size);

/* Where many keys live: count keys that lie one behind the other: key i ends before ends[i] and
 * starts where the one before it ends (key 0 at 0). indexes gets count server indexes, or
 * POLYRING_NO_SERVER; statuses (may be NULL) gets OK or INVALID_KEY for each. Returns OK, or
 * PARTIAL if at least one key has no server. */
POLYRING_API polyring_status polyring_ring_locate_many(const polyring_ring *ring, const void *keys,
                                                       const uint32_t *ends, size_t count,
                                                       uint16_t *indexes,
                                                       polyring_status *statuses);

/* A number of up to 128 bits: a hash, a point or a score. */
typedef struct polyring_number {
  uint64_t high, low;
} polyring_number;

/* Writes a number in decimal and a NUL into out; its length. */
#define POLYRING_NUMBER_SIZE 40
POLYRING_API size_t polyring_number_print(polyring_number number, char out[POLYRING_NUMBER_SIZE]);

/* How a key came to its server: each stage of the way fills its fields. */
typedef struct polyring_placement {
  uint8_t sent_key[POLYRING_KEY_MAX]; /* the key as it goes over the wire */
  uint16_t sent_key_size;
  uint8_t hashed_text[POLYRING_TEXT_MAX]; /* the bytes that were hashed; UTF-16 units lie there as
                                             two bytes, low byte first */
  uint16_t hashed_text_size;
  uint16_t server;       /* index of the server in the list */
  polyring_number hash;  /* the hash after folding; with has_hash 0 it was not needed */
  polyring_number point; /* ring: the point that was found; modulo, jump, buckets: the slot or
                            bucket; rendezvous: the highest score; furc: as hash */
  uint8_t has_hash;      /* whether hash and point mean anything */
  uint8_t label[POLYRING_LABEL_MAX + POLYRING_TEXT_MAX + 1]; /* the label that made the point, as
                            hashed, then a NUL; empty for layouts without labels */
  uint16_t label_size;
  uint16_t tie_count; /* servers among which the original leaves this key to chance; else 0 */
  uint16_t ties[POLYRING_TIES_MAX]; /* the first of them, by index, server among them */
  const char *why;                  /* the rule that chose, in words; static */
} polyring_placement;

/* Fills *placement for a key. OK, or INVALID_KEY with the reason in *error. It is slower than
 * polyring_ring_locate, and gives the same server. */
POLYRING_API polyring_status polyring_ring_explain(const polyring_ring *ring, const void *key,
                                                   size_t key_size, polyring_placement *placement,
                                                   polyring_error *error);

/* The points of a ring layout in ascending order (of signed numbers, where the profile has those):
 * how many there are (0 for other layouts), of how many bits, and point i with the index of its
 * server. i must be below the number. */
POLYRING_API size_t polyring_ring_point_count(const polyring_ring *ring);
POLYRING_API unsigned polyring_ring_point_bits(const polyring_ring *ring);
POLYRING_API polyring_number polyring_ring_point(const polyring_ring *ring, size_t i,
                                                 uint16_t *server);

/* The share of the space of hashes that each server holds, computed exactly, not sampled;
 * shares has room for server_count doubles, which add up to 1. Rendezvous: the expected share. */
POLYRING_API void polyring_ring_shares(const polyring_ring *ring, double *shares);

#ifdef __cplusplus
}
#endif

#endif
