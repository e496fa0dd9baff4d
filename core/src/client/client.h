/* The client: not public yet, for it becomes so in all languages at once.
 *
 * A client speaks to memcached servers, each key to the one on which its ring has it. Any number
 * of threads may use one client at the same time.
 *
 *     polyring__client *client;
 *     polyring__client_results *results = polyring__client_results_new(NULL);
 *     polyring__client_new(NULL, "ketama", 6, "10.0.0.1 10.0.0.2", 17, &client, &error);
 *     polyring__operation get = {.verb = POLYRING__GET, .key = "user:17", .key_size = 7};
 *     if (polyring__client_run(client, &get, 1, results, &error) == POLYRING_OK && !get.status)
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
 * Deadlines. One budget of time holds for all that a call does: waiting for a connection,
 * resolving, connecting, sending, receiving. Reads have 250 ms, changes 500 ms, if nothing else is
 * said. */
#ifndef POLYRING__CLIENT_H
#define POLYRING__CLIENT_H

#include "client/outcome.h"
#include "polyring/ring.h"
#include "protocol/request.h"

typedef struct polyring__client polyring__client;

/* Where found values lie, and what a call needs while it runs. Used by one call at a time; used
 * again, it allocates nothing once it has grown to what the calls need. */
typedef struct polyring__client_results polyring__client_results;

/* NULL: there is no memory. */
polyring__client_results *polyring__client_results_new(const polyring_allocator *allocator);
void polyring__client_results_free(polyring__client_results *results); /* NULL is allowed */

typedef struct polyring__operation {
  polyring__verb verb;  /* GET to DECR */
  uint32_t marks, want; /* HAS_TTL, HAS_INITIAL; WANT_CAS */
  const void *key;
  size_t key_size;
  const void *value; /* of a store */
  size_t value_size;
  uint32_t flags;
  int64_t
      ttl; /* with HAS_TTL, seconds from now; 0, or none given: for ever; below 0: gone at once */
  uint64_t cas; /* CAS: the one that was read */
  uint64_t delta, initial;

  int status;       /* from here on it is the call that writes */
  int system_error; /* errno where a system call is to blame, else 0 */
  uint16_t server;  /* index in the list, or POLYRING_NO_SERVER */
  uint32_t found_flags;
  uint64_t found_cas;
  uint64_t number;
  const void *found; /* lies in the results, until the next call with them */
  size_t found_size;
} polyring__operation;

/* Runs the operations, which stand for themselves: their order among each other is only kept for
 * those on one key. OK; PARTIAL: at least one has a status below zero; NO_MEMORY: nothing was
 * sent. */
polyring_status polyring__client_run(polyring__client *client, polyring__operation *operations,
                                     size_t count, polyring__client_results *results,
                                     polyring_error *error);

/* Makes a client from the text of a profile and a list of servers, as polyring_ring_new takes
 * them. It connects when it is first used. The statuses are those of polyring_ring_new. */
polyring_status polyring__client_new(const polyring_allocator *allocator, const char *profile,
                                     size_t profile_size, const char *servers, size_t servers_size,
                                     polyring__client **client, polyring_error *error);
/* How long calls may take, and connecting as a part of that, in microseconds. Before the first
 * call. */
void polyring__client_set_times(polyring__client *client, int64_t reads, int64_t changes,
                                int64_t connecting);

/* No call may be running. NULL is allowed. */
void polyring__client_free(polyring__client *client);

/* Gives the client another list of servers, while other threads may be using it: calls that run
 * end on the old one. The statuses of polyring_ring_new; on failure the client stays as it is. */
polyring_status polyring__client_set_servers(polyring__client *client, const char *servers,
                                             size_t servers_size, polyring_error *error);

#endif
