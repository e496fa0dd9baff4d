/* Polyring: the client.
 *
 * A client speaks to memcached servers, each key to the one on which its ring has it. Any number
 * of threads may use one client at the same time.
 *
 *     polyring_client *client;
 *     polyring_results *results = polyring_results_new(NULL);
 *     polyring_client_new(NULL, "memcached://10.0.0.1,10.0.0.2/?profile=ketama", 45, &client, &error);
 *     polyring_operation get = {.verb = POLYRING_GET, .key = "user:17", .key_size = 7};
 *     if (polyring_client_run(client, &get, 1, results, &error) == POLYRING_OK && !get.status)
 *       fwrite(get.found, 1, get.found_size, stdout);
 *
 * Batch first: whatever is to be done is an array of operations, on any keys of any servers. They
 * are sent to all servers at once, so that a call takes the time of the slowest server, not the
 * sum; and each has a status of its own, so that one dead server hides no other's answers.
 *
 * Outcomes and failures. OK, MISS, NOT_STORED and EXISTS are what a completed operation came to.
 * Everything below zero is a failure, and never looks like a miss:
 *
 *     INVALID_KEY     the profile's client, or the protocol, refuses the key
 *     UNAVAILABLE     nothing was sent: the server cannot be reached, see system_error
 *     UNKNOWN         sent, and no answer came in time: a change may have been made, or not
 *     BAD_REPLY       the server answered something else than was asked; nothing of it is used
 *     SERVER_FAILED   the server could not do it, and says why in found
 *     REFUSED         the server does not take the request, and says why in found
 *     BUSY            all connections to the server were in use until the deadline
 *
 * Deadlines. One budget of time holds for all that a call does: waiting for a connection, resolving,
 * connecting, sending, receiving. Reads have 250 ms, changes 500 ms, if nothing else is said. */
#ifndef POLYRING_CLIENT_H
#define POLYRING_CLIENT_H

#include "polyring/ring.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct polyring_client polyring_client;

/* Where found values lie, and what a call needs while it runs. Used by one call at a time; used
 * again, it allocates nothing once it has grown to what the calls need. */
typedef struct polyring_results polyring_results;

POLYRING_API polyring_results *polyring_results_new(const polyring_allocator *allocator); /* NULL: no memory */
POLYRING_API void polyring_results_free(polyring_results *results); /* NULL is allowed */

typedef enum polyring_verb {
  POLYRING_GET,    /* found, found_flags, found_cas if it is wanted */
  POLYRING_TOUCH,  /* a new ttl */
  POLYRING_SET,    /* whatever is there */
  POLYRING_ADD,    /* if nothing is there, else NOT_STORED */
  POLYRING_REPLACE, /* if something is there, else NOT_STORED */
  POLYRING_APPEND, /* behind what is there, else NOT_STORED; flags and ttl stay */
  POLYRING_PREPEND,
  POLYRING_CAS,    /* if the item still has this cas, else EXISTS, or MISS */
  POLYRING_DELETE,
  POLYRING_INCR,   /* number is the new value; MISS unless there is an initial one */
  POLYRING_DECR    /* not below 0 */
} polyring_verb;

/* Options of an operation. */
enum {
  POLYRING_HAS_TTL = 1,     /* ttl is given: a GET gives the item that one */
  POLYRING_HAS_INITIAL = 4, /* INCR, DECR of nothing make that number, with the ttl */
  POLYRING_WANT_CAS = 1 << 16
};

typedef struct polyring_operation {
  polyring_verb verb;
  uint32_t options;
  const void *key;
  size_t key_size;
  const void *value; /* of a store */
  size_t value_size;
  uint32_t flags;
  int64_t ttl;  /* seconds from now; 0, or none given: for ever; below 0: gone at once */
  uint64_t cas; /* CAS: the one that was read */
  uint64_t delta, initial;

  polyring_status status; /* from here on it is the call that writes */
  int system_error;       /* errno where a system call is to blame, else 0 */
  uint16_t server;        /* index in the list, or POLYRING_NO_SERVER */
  uint32_t found_flags;
  uint64_t found_cas;
  uint64_t number;
  const void *found; /* lies in the results, until the next call with them */
  size_t found_size;
} polyring_operation;

/* Runs the operations, which stand for themselves: their order among each other is only kept for
 * those on one key. OK; PARTIAL: at least one has a status below zero; NO_MEMORY: nothing was
 * sent. */
POLYRING_API polyring_status polyring_client_run(polyring_client *client,
                                                 polyring_operation *operations, size_t count,
                                                 polyring_results *results, polyring_error *error);

/* Makes a client from the text of a profile and a list of servers, as polyring_ring_new takes
 * them. It connects when it is first used. The statuses are those of polyring_ring_new. */
POLYRING_API polyring_status polyring_client_new(const polyring_allocator *allocator,
                                                 const char *profile, size_t profile_size,
                                                 const char *servers, size_t servers_size,
                                                 polyring_client **client, polyring_error *error);
/* No call may be running. NULL is allowed. */
POLYRING_API void polyring_client_free(polyring_client *client);

/* Gives the client another list of servers, while other threads may be using it: calls that run
 * end on the old one. The statuses of polyring_ring_new; on failure the client stays as it is. */
POLYRING_API polyring_status polyring_client_set_servers(polyring_client *client,
                                                         const char *servers, size_t servers_size,
                                                         polyring_error *error);

#ifdef __cplusplus
}
#endif

#endif
