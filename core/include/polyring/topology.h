/* Polyring: topologies, and what changes from one to the next.
 *
 * A topology is everything that the programs of one pool must agree on: the profile, the servers
 * with their names and weights, the settings, and an epoch, which counts its versions. It is one
 * JSON document:
 *
 *     {
 *       "polyring": 1,
 *       "epoch": 7,
 *       "profile": "ketama",
 *       "servers": [
 *         "cache-a=10.0.0.1:11211:2",
 *         {"name": "cache-b", "place": "10.0.0.2:11211", "weight": 2.5,
 *          "attributes": {"zone": "b"}}
 *       ],
 *       "settings": {"on_dead": "miss", "replicas": 2}
 *     }
 *
 *     polyring  the version of this format: 1. Required.
 *     epoch     a whole number from 0 to POLYRING_EPOCH_MAX; 0 if it is missing.
 *     profile   a profile as polyring/profile.h has it, overrides included. Required: a pool whose
 *               programs had different defaults would fall apart.
 *     servers   required, at least one. Each is the text of a server (polyring/ring.h), or an
 *               object: place (required) is the host[/address][:port] or unix:path of that text,
 *               and a port of a path; name, weight and attributes stand beside it. The texts of
 *               name and attributes are characters here, not percent-encoded. No two servers have
 *               the same name; a server has at most 64 attributes, each but once.
 *     settings  what else must be the same everywhere: texts, whole numbers and truth values under
 *               names of a-z, 0-9, _ and . that begin with a letter. A topology carries and
 * compares them; who uses one says what it means and refuses those that it does not know.
 *
 * Every other member, a member given twice and a value of the wrong kind are refused: a typing
 * error must not become a second placement.
 *
 * Two digests tell topologies apart. The *fingerprint* (of the ring) covers what decides
 * where keys live, and nothing else: equal fingerprints place every key alike, in whatever words
 * the profiles and servers are written. The *digest* covers the whole topology, epoch, addresses
 * and settings included. docs/placement.md, section 8, says what is digested.
 *
 * Topologies, differences and plans are immutable: any number of threads may read one. */
#ifndef POLYRING_TOPOLOGY_H
#define POLYRING_TOPOLOGY_H

#include "polyring/ring.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POLYRING_TOPOLOGY_MAX ((size_t)8 << 20) /* bytes of a document */
#define POLYRING_EPOCH_MAX 9007199254740991u    /* what readers of JSON keep exactly: 2^53 - 1 */
#define POLYRING_DIGEST_SIZE 65                 /* 64 hexadecimal digits and a NUL */
#define POLYRING_FINGERPRINT_SIZE 69            /* pr1: before them */

typedef struct polyring_topology polyring_topology;

/* Reads a document. Free the topology with polyring_topology_free; on failure *topology is NULL.
 *
 * OK; INVALID_TOPOLOGY (no JSON, a member that is unknown, missing or of the wrong kind, a format
 * above 1); INVALID_PROFILE; INVALID_SERVERS (malformed, or two of one name); TOO_LARGE (more than
 * POLYRING_TOPOLOGY_MAX bytes or POLYRING_SERVERS_MAX servers); NO_MEMORY; NOT_SUPPORTED (the
 * library was built without JSON). error->position is the offset of the offence in text, and
 * error->text begins with its line and column. Whether the profile's client takes these servers is
 * seen when a ring is made.
 *
 * The JSON library allocates by malloc; everything that is kept comes from the allocator. */
POLYRING_API polyring_status polyring_topology_parse(const polyring_allocator *allocator,
                                                     const char *text, size_t size,
                                                     polyring_topology **topology,
                                                     polyring_error *error);

/* Makes a topology without settings of the texts that polyring_ring_new takes. The statuses are
 * those of polyring_topology_parse; INVALID_ARGUMENT for an epoch above POLYRING_EPOCH_MAX;
 * INVALID_PROFILE also for a profile that is not UTF-8, which JSON could not hold. */
POLYRING_API polyring_status polyring_topology_new(const polyring_allocator *allocator,
                                                   const char *profile, size_t profile_size,
                                                   const char *servers, size_t servers_size,
                                                   uint64_t epoch, polyring_topology **topology,
                                                   polyring_error *error);

/* Frees a topology. NULL is allowed. */
POLYRING_API void polyring_topology_free(polyring_topology *topology);

/* The parts of a topology. Texts are NUL-terminated and live as long as the topology: the profile's
 * canonical name; server i in canonical spelling, NULL beyond the last; the name of setting i (in
 * ascending order), NULL beyond the last, and in *value (may be NULL) its value: characters as they
 * are, a number in decimal, "true" or "false". */
POLYRING_API uint64_t polyring_topology_epoch(const polyring_topology *topology);
POLYRING_API const char *polyring_topology_profile(const polyring_topology *topology);
POLYRING_API size_t polyring_topology_server_count(const polyring_topology *topology);
POLYRING_API const char *polyring_topology_server(const polyring_topology *topology, size_t i);
POLYRING_API size_t polyring_topology_setting_count(const polyring_topology *topology);
POLYRING_API const char *polyring_topology_setting(const polyring_topology *topology, size_t i,
                                                   const char **value);

/* Writes the canonical text of a topology into out, cut to capacity bytes, without a NUL. Returns
 * its whole size: call it with capacity 0 to learn that. The text is a document that makes the
 * same topology: members in the order above, two blanks an indent, one server a line, a newline at
 * the end, aliases of profiles resolved, servers as texts. */
POLYRING_API size_t polyring_topology_text(const polyring_topology *topology, char *out,
                                           size_t capacity);

/* The SHA-256 of the canonical text, in hexadecimal, lower case. */
POLYRING_API void polyring_topology_digest(const polyring_topology *topology,
                                           char out[POLYRING_DIGEST_SIZE]);

/* The ring of a topology, as polyring_ring_new makes it; the statuses are the same. Server i of
 * the ring is server i of the topology. */
POLYRING_API polyring_status polyring_topology_ring(const polyring_allocator *allocator,
                                                    const polyring_topology *topology,
                                                    polyring_ring **ring, polyring_error *error);

/* A copy of a topology with another list of servers (text as for polyring_ring_new) and the next
 * epoch; profile and settings stay. OK; INVALID_ARGUMENT (after POLYRING_EPOCH_MAX there is no next
 * one); the statuses of polyring_topology_new. */
POLYRING_API polyring_status polyring_topology_with_servers(
    const polyring_allocator *allocator, const polyring_topology *topology, const char *servers,
    size_t servers_size, polyring_topology **changed, polyring_error *error);

/* A copy of a topology in which one bucket belongs to another server, with the next epoch. It is
 * for profiles of the buckets layout; afterwards every server has its map in the attribute
 * "buckets". server is a name, or else a place as the canonical text spells it. The keys of
 * the bucket move, and no others.
 *
 * OK; INVALID_ARGUMENT (another layout, no such bucket, no such server or more than one, the last
 * epoch); the statuses of polyring_topology_ring. */
POLYRING_API polyring_status polyring_topology_move(const polyring_allocator *allocator,
                                                    const polyring_topology *topology,
                                                    uint32_t bucket, const char *server,
                                                    size_t server_size, polyring_topology **moved,
                                                    polyring_error *error);

/* --- fingerprints --- */

/* Writes "pr1:", 64 hexadecimal digits and a NUL into out: the fingerprint of where a ring places
 * keys. Equal fingerprints place every key alike (but in rendezvous, where scores can be equal by
 * chance, about one key in 2^32); unequal ones of the same profile place at least one key
 * otherwise. A server is known by its name, or else by its place with the port that the profile
 * assumes. OK, or NO_MEMORY: it takes room from the ring's allocator, and gives it
 * back. */
POLYRING_API polyring_status polyring_ring_fingerprint(const polyring_ring *ring,
                                                       char out[POLYRING_FINGERPRINT_SIZE]);

/* --- differences --- */

/* XX(NAME, text). */
#define POLYRING_CHANGE_MAP(XX)                                               \
  XX(EPOCH, "epoch")                                                          \
  XX(PROFILE, "profile")                                                      \
  XX(COLUMN, "column")                   /* of the profile; subject: which */ \
  XX(SERVER_ADDED, "server added")       /* before is NULL */                 \
  XX(SERVER_REMOVED, "server removed")   /* after is NULL */                  \
  XX(SERVER_RENAMED, "server renamed")   /* the same place */                 \
  XX(SERVER_MOVED, "server moved")       /* the same name, another place */   \
  XX(SERVER_REWEIGHTED, "server weight") /* NULL: no weight given */          \
  XX(SERVER_ATTRIBUTES, "server attributes")                                  \
  XX(ORDER, "order of servers") /* of those in both; no texts */              \
  XX(SETTING, "setting")        /* NULL: it is not set */

/* What was changed. */
typedef enum polyring_change_kind {
#define XX(name, text) POLYRING_CHANGE_##name,
  POLYRING_CHANGE_MAP(XX)
#undef XX
} polyring_change_kind;

/* One thing that is different. The texts are NUL-terminated, or NULL, and live as long as the
 * difference. */
typedef struct polyring_change {
  polyring_change_kind kind;
  const char *subject; /* of what: a column, the server's text (the new one, if it has
                          one), a setting; else NULL */
  const char *before, *after;
  int32_t old_index, new_index; /* of a server; -1 where there is none */
} polyring_change;

typedef struct polyring_difference polyring_difference;

/* Lists what changes from one topology to the next, ordered by kind, then by index or name.
 * Servers are the same if they have the same name, or, where either has none, the same place. The
 * topologies may be freed afterwards. OK, or NO_MEMORY. */
POLYRING_API polyring_status polyring_difference_new(const polyring_allocator *allocator,
                                                     const polyring_topology *from,
                                                     const polyring_topology *to,
                                                     polyring_difference **difference,
                                                     polyring_error *error);
POLYRING_API void polyring_difference_free(polyring_difference *difference); /* NULL is allowed */

/* The number of changes; change i, or NULL beyond the last; the text of a kind (static). */
POLYRING_API size_t polyring_difference_count(const polyring_difference *difference);
POLYRING_API const polyring_change *polyring_difference_at(const polyring_difference *difference,
                                                           size_t i);
POLYRING_API const char *polyring_change_text(polyring_change_kind kind);

/* --- plans --- */

#define POLYRING_PLAN_KEYS 1000000u /* the usual size of a sample */

/* A server in either ring of a plan, known as for the fingerprint; servers that cannot be told
 * apart are one. */
typedef struct polyring_planned_server {
  const char *text;             /* its name, or its place */
  int32_t old_index, new_index; /* the first of it in each ring; -1: it is not there */
  double before, after;         /* its share of the keys, as polyring_ring_shares has it */
} polyring_planned_server;

/* Keys that move, as a share of all, from one planned server to another. */
typedef struct polyring_flow {
  uint32_t from, to;
  double share;
} polyring_flow;

typedef struct polyring_plan polyring_plan;

/* Computes what moves if the ring from is replaced by the ring to: exactly, if both hash the same
 * text alike and are rings or lists of slots; else from a sample of keys (always the
 * same, of 16 hexadecimal digits). keys: the size of that sample, 0 for POLYRING_PLAN_KEYS.
 * The rings may be freed afterwards. OK; INVALID_KEY (every key of the sample is refused);
 * TOO_LARGE (more than 2^24 flows); NO_MEMORY. */
POLYRING_API polyring_status polyring_plan_new(const polyring_allocator *allocator,
                                               const polyring_ring *from, const polyring_ring *to,
                                               uint32_t keys, polyring_plan **plan,
                                               polyring_error *error);
POLYRING_API void polyring_plan_free(polyring_plan *plan); /* NULL is allowed */

/* The share of the keys that move. The number of keys that were tried, 0 if the plan is exact; of a
 * share s from n keys the standard error is sqrt(s * (1 - s) / n). */
POLYRING_API double polyring_plan_moved(const polyring_plan *plan);
POLYRING_API uint32_t polyring_plan_sample(const polyring_plan *plan);

/* Planned server i, those of the old ring first, and flow i, the greatest first; NULL beyond the
 * last. They live as long as the plan. */
POLYRING_API const polyring_planned_server *polyring_plan_server(const polyring_plan *plan,
                                                                 size_t i);
POLYRING_API const polyring_flow *polyring_plan_flow(const polyring_plan *plan, size_t i);

/* Which planned server the index of a server of the old or the new ring stands for; the index must
 * be one of that ring. So a key moves if the two differ for the indexes that the rings give. */
POLYRING_API uint32_t polyring_plan_old(const polyring_plan *plan, size_t index);
POLYRING_API uint32_t polyring_plan_new_server(const polyring_plan *plan, size_t index);

#ifdef __cplusplus
}
#endif

#endif
