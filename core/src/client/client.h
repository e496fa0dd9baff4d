/* The client, from within. */
#ifndef POLYRING__CLIENT_H
#define POLYRING__CLIENT_H

#include <pthread.h>
#include <stdatomic.h>

#include "client/call.h"
#include "client/settings.h"
#include "failover/candidate.h"
#include "polyring/client.h"
#include "transport/file.h"
#include "value/value.h"

enum { POLYRING__WARM_HEADS = 512 };

/* A pool and who knows it: snapshots of the same client. */
typedef struct polyring__shared_pool {
  polyring__pool pool;
  atomic_size_t uses;
  atomic_int unannounced; /* the server has no beacon, or an old one */
  atomic_uint_least64_t mismatches;
  atomic_int tended;               /* a call has the errand */
  struct polyring__errand *errand; /* NULL until it is needed; of whoever tends it */
  char place[POLYRING_LABEL_MAX + 16];
  char spelled[256]; /* for events: as whoever was first spelled it, cut */
  atomic_int_least64_t changed[POLYRING__WARM_HEADS]; /* when a key of that hash was; see warm.h */
} polyring__shared_pool;

/* A topology with its ring and the pools of its servers; never changed. */
typedef struct polyring__snapshot {
  atomic_size_t uses;
  polyring_topology *topology;
  polyring_ring *ring, *scores; /* scores: see failover/candidate.h */
  polyring_topology *gutter_topology;
  polyring_ring *gutter; /* NULL: there is none */
  polyring__pool **pools;
  size_t count, all;                           /* those of the gutter come behind the others */
  uint64_t number;                             /* no other snapshot of the client has it */
  char fingerprint[POLYRING_FINGERPRINT_SIZE]; /* "" where no server is asked for it */
} polyring__snapshot;

enum { POLYRING__EVENTS_MAX = 256 };

struct polyring_client {
  polyring_allocator allocator;
  polyring__settings settings;
  polyring__value_options value_options;
  int64_t read_time, change_time, connect_time, warm_time; /* microseconds */
  polyring_health_policy policy;
  atomic_int_least64_t errands_due; /* nothing is to be done for a server that failed before */
  atomic_size_t errands_first;      /* a server, which is looked at before the others */
  atomic_uint turns;                /* changes of states of servers */

  pthread_mutex_t change; /* one at a time changes the topology */
  polyring__file_stamp stamp;
  atomic_int unannounced;         /* some server is so */
  atomic_int_least64_t next_look; /* when the topology's file is looked at again */

  pthread_mutex_t lock; /* of what follows */
  polyring__snapshot *now;
  uint64_t snapshots; /* that were made */
  /* See rest.h: the last one that was made, whether keys are placed by it, and when the copies
   * have expired that others left behind. */
  struct polyring__rest *rest;
  int rest_in_use;
  int64_t rest_from;
  polyring_results *idle, *all;
  polyring_event *events; /* a ring of EVENTS_MAX, made with the first */
  uint64_t event_count, events_taken;
  polyring__fork_witness witness;
};

struct polyring_results {
  polyring_results *next_idle, *next;
  int borrowed;
  polyring_client *client;
  polyring__snapshot *snapshot; /* of the last call */
  polyring__results of_call, beacon, warm;
  int64_t start; /* of the call */
  polyring__company company;
  polyring__dead dead;
  size_t dead_room;
  int dead_known;
  struct polyring__rest *rest; /* see rest.h; as it was at that turn of the client */
  int64_t rest_from;
  int rest_known;
  unsigned rest_turns;
  polyring__value_codec *codec;
  polyring__op *ops;
  size_t op_room;
  polyring_operation *operations;
  size_t operation_room;
  char *keys; /* as they are sent, where that is not as they were given */
  size_t key_room;
  polyring_buffer bodies, found, buffer, faulty; /* to be sent; read; the caller's; explained */
};

/* Makes a snapshot, and takes the topology over, also on failure. old: its pools are used again.
 * OK, the statuses of polyring_topology_ring, INVALID_SERVERS or NO_MEMORY. */
polyring_status polyring__snapshot_make(polyring_client *client, polyring_topology *topology,
                                        const polyring__snapshot *old, polyring__snapshot **made,
                                        polyring_error *error);
polyring__snapshot *polyring__snapshot_take(polyring_client *client);
void polyring__snapshot_release(const polyring_allocator *memory, polyring__snapshot *old);

/* The server of that name, or so spelled; -1: there is none, -2: there are several. */
int polyring__snapshot_find(const polyring__snapshot *snapshot, polyring__span server);

/* Server i, also of the gutter. */
const polyring__server *polyring__snapshot_server(const polyring__snapshot *snapshot, size_t i);

/* What a server is known by: its name, or as it was spelled. */
polyring__span polyring__snapshot_label(const polyring__snapshot *snapshot, size_t i);

void polyring__results_free(polyring_results *results);

/* Looks at the file of the topology, if it is time. */
void polyring__client_look(polyring_client *client, int64_t now);

void polyring__event(polyring_client *client, polyring_event_kind kind, const char *server,
                     const char *format, ...);

#endif
