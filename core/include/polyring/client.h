/* Polyring: the client.
 *
 * A client speaks to memcached servers, and to each about the keys that its ring has there. Any
 * number of threads may use one client at the same time.
 *
 *     polyring_client *client;
 *     polyring_error error;
 *     const char *url = "memcached://10.0.0.1,10.0.0.2/?profile=ketama&timeout=250ms";
 *     if (polyring_client_new(NULL, url, strlen(url), NULL, 0, &client, &error) < 0)
 *       errx(1, "%s", error.text);
 *     polyring_results *results = polyring_results_borrow(client);
 *     polyring_operation get = {.verb = POLYRING_GET, .key = "user:17", .key_size = 7};
 *     polyring_client_run(client, &get, 1, 0, results, NULL);
 *     if (get.status == POLYRING_OK && get.found.tag == POLYRING_VALUE_TEXT)
 *       fwrite(get.found.at, 1, get.found.size, stdout);
 *     polyring_results_return(results);
 *     polyring_client_free(client);
 *
 * Batch first. Whatever is to be done is an array of operations, on any keys of any servers. They
 * are sent to all servers at once, so a call takes the time of the slowest server, not the sum; and
 * each has a status of its own, so one dead server hides no other's answers.
 *
 * Outcomes and failures. OK, MISS, NOT_STORED and EXISTS are what a completed operation came to.
 * Everything below zero is a failure, and never looks like a miss:
 *
 *     INVALID_KEY    the profile's client, or the protocol, refuses the key; nothing was sent
 *     INVALID_VALUE  the dialect has no form for the value, and nothing was sent; or what lies on
 *                    the server cannot be read, and says why
 *     TOO_LARGE      the value is above the limit max_value; nothing was sent, but if it was to be
 *                    SET, the item that it would have replaced was deleted
 *     NOT_SUPPORTED  the server's protocol cannot say it; nothing was sent
 *     UNAVAILABLE    the server cannot be reached; nothing was sent
 *     BUSY           all connections to the server were in use until the deadline, or too many
 *                    operations were on their way to it; nothing was sent
 *     UNKNOWN        sent, and no answer came in time: a change may have been made, or not
 *     BAD_REPLY      the server answered something else than was asked; nothing of it is used
 *     SERVER_FAILED  the server could not do it; found is what it said
 *     REFUSED        the server does not take the request; found is what it said
 *     MISMATCH       the server belongs to another topology (on_mismatch=refuse)
 *
 * Deadlines. One budget of time holds for all that a call does: waiting for a connection,
 * resolving, connecting, sending, receiving.
 *
 * Fork. A child has the client as it was, also if other threads were using it; it drops the
 * parent's sockets without a word on the wire and connects anew. What the parent was doing for a
 * server that failed goes on there, and begins anew here. */
#ifndef POLYRING_CLIENT_H
#define POLYRING_CLIENT_H

#include "polyring/health.h"
#include "polyring/topology.h"
#include "polyring/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct polyring_client polyring_client;

/* --- making and changing a client --- */

/* Makes a client. It connects when it is first used. Free it with polyring_client_free; on failure
 * *client is NULL.
 *
 * servers is one of:
 *   memcached://server,server/?name=value&name=value  a URL: servers as polyring_ring_new takes
 *       them, with commas between them, and settings; a unix path ends before the last slash
 *   {"polyring": 1, ...}   the text of a topology (polyring/topology.h)
 *   server server          servers as polyring_ring_new takes them
 *   nothing                the setting topology names a file
 *
 * settings: more of them in the same form, name=value&name=value, percent-encoded, or nothing; they
 * win over those of the URL. A name that is given twice is refused, so is one that is unknown. The
 * settings, with their defaults:
 *
 *   profile=ketama           how keys are placed; see TOPOLOGIES
 *   topology=                path of a file with the text of a topology. It is read when the client
 *                            is made, and looked at once a second by the calls: a changed file is
 *                            taken, a bad or vanished one leaves the client as it is and makes an
 *                            event. A file that anybody may write to is refused
 *   timeout=                 how long a call may take in all, for reads and changes alike
 *   read_timeout=250ms       the same, where reads and changes differ
 *   write_timeout=500ms
 *   connect_timeout=100ms    how long connecting may take as a part of that, resolving included
 *   idle_timeout=60s         connections that nobody used for so long are closed
 *   max_connections=64       to each server, at a time
 *   max_value=1048576        bytes of the largest value that is sent or taken, as it lies there
 *   protocol=auto            auto (asks each server once), meta, or text
 *   dialect=portable         how values are written: portable or raw (docs/values.md)
 *   compress=zlib            zlib, zstd or none
 *   compress_from=2000       bytes from which on bodies are compressed
 *   decode_text=false        bytes that others wrote and that are valid UTF-8 are read as text
 *   on_error=raise           raise or miss: whether languages show failed reads as misses, but for
 *                            refused keys and arguments
 *   on_mismatch=warn         what is done where a server knows another topology (see EVENTS): warn,
 *                            refuse, or ignore, which asks no server
 *   announce=true            whether the topology is written to servers that know none, or an older
 *                            one
 *   on_dead=miss             the columns of polyring_health_policy (polyring/health.h): where keys of
 *                            a server go that is down: miss, next, gutter or native, which is
 *                            NOT_SUPPORTED with profiles of whose client that is not known
 *   rejoin=auto              what is done before it is used again: auto, repair, flush_first, warm or
 *                            immediate
 *   detect_hard=1            so many refused connections in a row make it down; 0 is never
 *   detect_soft=3            or so many calls in a row that were not answered in time
 *   detect_share=50          or this share of the last 20, in percent
 *   detect_garbled=3         or so many replies in a minute that were none
 *   probe_interval=1s        from then to the first probe; each that fails doubles it
 *   probe_most=30s           at most so long
 *   settle=1s                so long it must have answered probes; doubled each time that it goes
 *                            down again within `steady`, up to probe_most
 *   steady=60s               so long it must be up before the doublings start anew
 *   stand_in_ttl=10s         an item lives no longer on a server that is not its own
 *   dead_most=0              with more servers down than these, their keys go nowhere; 0: a third
 *   gutter=                  with on_dead=gutter: the servers that keys of a dead server go to, with
 *                            blanks or commas between them; their profile is that of the others
 *   warm_time=60s            with rejoin=warm, and so long after it is back: what a GET misses there is
 *                            asked of the stand-in, and added at home for at most stand_in_ttl; not
 *                            where this client changed the key within stand_in_ttl and 2 s
 *   max_in_flight=1024       operations on their way to a server from which on a further call fails
 *                            BUSY at once; a single call may have more
 *
 * Times are a number and us, ms, s, m or h: 250ms, 1.5s. Truth is true or false. timeout
 * yields to a read_timeout or write_timeout that is given in the same place.
 *
 * TOPOLOGIES. The settings of a topology are those above but profile and topology; others are
 * refused. They hold where neither the URL nor the call gave another value. A client takes them
 * when it is made: of a topology that comes later they are only checked, and the event
 * TOPOLOGY_CHANGED says which of them the client does not have.
 *
 * A topology brings its own profile. Where the setting profile was given, too, both must be the
 * same, now and in every topology that comes later: it is refused otherwise, so no key moves that
 * was promised its place. Without that setting the profile changes with the topology.
 *
 * OK; INVALID_ARGUMENT (settings; error->position is the offset in the text that holds them, and
 * error->text says which; another profile than the topology's); INVALID_TOPOLOGY (also for a file
 * that cannot be read, and settings of a topology); what polyring_ring_new, polyring_topology_parse
 * and polyring_topology_ring say; NO_MEMORY; NOT_SUPPORTED (what this library was built without).
 */
POLYRING_API polyring_status polyring_client_new(const polyring_allocator *allocator,
                                                 const char *servers, size_t servers_size,
                                                 const char *settings, size_t settings_size,
                                                 polyring_client **client, polyring_error *error);

/* Frees a client, and closes its connections. No call may be running, and no results borrowed. NULL
 * is allowed. */
POLYRING_API void polyring_client_free(polyring_client *client);

/* The value of a setting that the client works with, as text in canonical spelling, NUL-terminated,
 * which lives as long as the client; NULL: there is no such setting. Times are in microseconds:
 * "250000us". read_timeout and write_timeout are what timeout says where that counts; profile is
 * what was given, polyring_client_topology has the one that places keys. */
POLYRING_API const char *polyring_client_setting(const polyring_client *client, const char *name);

/* The name of setting i, in the order of polyring_client_new; NULL beyond the last. Static. */
POLYRING_API const char *polyring_setting_name(size_t i);

/* Gives the client another topology: a text as for polyring_client_new, but no URL; a list of
 * servers keeps the profile. Calls of other threads that are running end on the old one; servers
 * that are in both keep their connections, statistics and health. On failure the client stays as it
 * is. OK; INVALID_ARGUMENT (a URL; an epoch below the client's own; another profile than the one
 * that the client was given); the statuses of polyring_client_new. */
POLYRING_API polyring_status polyring_client_set_topology(polyring_client *client, const char *text,
                                                          size_t size, polyring_error *error);

/* Adds a server at the end of the list; removes one, by its name or its spelling. The epoch grows
 * by one, and all is as in polyring_client_set_topology. OK; INVALID_SERVERS (the one to add is
 * malformed, or none, or several; or none would be left); INVALID_ARGUMENT (there is no such server
 * to remove, or more than one); the statuses of polyring_topology_with_servers and
 * polyring_topology_ring. On failure the client stays as it is. */
POLYRING_API polyring_status polyring_client_add_server(polyring_client *client, const char *server,
                                                        size_t size, polyring_error *error);
POLYRING_API polyring_status polyring_client_remove_server(polyring_client *client,
                                                           const char *server, size_t size,
                                                           polyring_error *error);

/* Copies the topology that calls use now, or its ring, into *topology or *ring: to be freed with
 * polyring_topology_free and polyring_ring_free. OK or NO_MEMORY; on failure it is NULL. */
POLYRING_API polyring_status polyring_client_topology(polyring_client *client,
                                                      polyring_topology **topology,
                                                      polyring_error *error);
POLYRING_API polyring_status polyring_client_ring(polyring_client *client, polyring_ring **ring,
                                                  polyring_error *error);

/* --- operations --- */

/* What an operation does. */
typedef enum polyring_verb {
  POLYRING_GET,   /* with HAS_TTL: and give it a new time to live */
  POLYRING_TOUCH, /* a new time to live */
  POLYRING_SET,
  POLYRING_ADD,     /* NOT_STORED if it is there */
  POLYRING_REPLACE, /* NOT_STORED if it is not */
  POLYRING_APPEND,  /* bytes or text behind the body that is there; NOT_STORED if there is none */
  POLYRING_PREPEND, /* before it. A body that was compressed can afterwards not be read */
  POLYRING_CAS,     /* SET, if the item's cas is still this; else EXISTS, or MISS */
  POLYRING_DELETE,
  POLYRING_INCR, /* by delta, modulo 2^64; MISS without HAS_INITIAL */
  POLYRING_DECR, /* the same, not below 0 */
  /* What follows is asked of one server, named by the key as polyring_client_remove_server takes
   * it, or by polyring_client_run_everywhere of all. What it says is in found, a text. */
  POLYRING_FLUSH, /* all items are gone, with HAS_TTL in so many seconds */
  POLYRING_STATS, /* value: the sub-command, a text, or none; found: "name value\n" a line */
  POLYRING_ASK_VERSION,
  POLYRING_VERBOSITY, /* delta: the level */
  POLYRING_DUMP,      /* found: a line a key, as lru_crawler metadump has it; value: "all" or the
                         numbers of slab classes, a text */
  POLYRING_PING,      /* nothing but an answer */
  POLYRING_VERBS
} polyring_verb;

/* How an operation is meant: marks. What is marked meta needs a server of that protocol. */
enum {
  POLYRING_HAS_TTL = 1,
  POLYRING_HAS_CAS = 2,     /* DELETE, INCR, DECR: if the cas is still this, else EXISTS (meta) */
  POLYRING_HAS_INITIAL = 4, /* INCR, DECR: make what is missing, with the number initial (meta) */
  POLYRING_INVALIDATE = 32, /* DELETE: keep it as stale, HAS_TTL for how long; CAS: an older cas is
                               stored too, as stale (meta) */
  POLYRING_VIVIFY = 64,   /* GET: make an empty item of a miss, which lives for vivify seconds; this
                             one has WON the right to make it anew (meta) */
  POLYRING_RECACHE = 128, /* GET: win if it has less than recache seconds to live (meta) */
  POLYRING_UNTOUCHED = 256, /* GET: do not count as an access (meta) */
  POLYRING_COUNTER = 512    /* GET: digits are read as an int. A store: an int from 0 is written as
                               plain digits, whatever the dialect */
};

/* What a GET is to tell beside the value. All but the cas need meta. */
enum {
  POLYRING_WANT_CAS = 1,
  POLYRING_WANT_TTL = 2,
  POLYRING_WANT_LAST_ACCESS = 4,
  POLYRING_WANT_HIT_BEFORE = 8,
  POLYRING_WANT_SIZE = 16,
  POLYRING_WITHOUT_VALUE = 32
};

/* What was told of a found item: got. */
enum {
  POLYRING_WON = 1024,        /* this client is to make the item anew */
  POLYRING_STALE = 2048,      /* it was invalidated */
  POLYRING_ALREADY_WON = 4096 /* another client is making it anew */
};

/* One operation: above the line what the caller fills (zero is "not given"), below it what the call
 * writes. key and value must stay as they are until the call returns; what found points to lies in
 * the results, until they are used by another call or returned. */
typedef struct polyring_operation {
  polyring_verb verb;
  uint32_t marks, want;
  const void *key;
  size_t key_size;
  polyring_value value;
  int64_t ttl; /* with HAS_TTL: seconds from now, of any size; 0: for ever; below 0: gone at once.
                  Servers count until 2038, which is the most */
  int64_t vivify, recache; /* seconds from now, of any size, as ttl */
  uint64_t cas, delta, initial;
  /* ------- */
  int status;           /* a polyring_status */
  polyring_stage stage; /* of a failure: how far it had come */
  int system_error;     /* errno, where a system call is to blame, else 0 */
  uint16_t server;      /* polyring_results_server(results, server), or POLYRING_NO_SERVER */
  uint32_t got;         /* WON, STALE, ALREADY_WON */
  uint32_t found_flags;
  uint32_t last_access; /* seconds since */
  uint32_t hit_before;  /* 1: it was read before */
  uint64_t found_cas;
  int64_t found_ttl;   /* seconds left; -1: for ever */
  uint64_t found_size; /* bytes of the body that lies there */
  uint64_t number;     /* of INCR, DECR: what it is now */
  polyring_value found;
  const char *reason; /* of a failure: more about it, static, or NULL */
  int64_t spent;      /* of a failure: microseconds since the call began */
} polyring_operation;

/* Borrows results: what a call needs while it runs, and where found values lie. They belong to one
 * thread at a time. Returned to the client, they are used again: in the long run a call allocates
 * nothing. NULL: there is no memory. */
typedef struct polyring_results polyring_results;
POLYRING_API polyring_results *polyring_results_borrow(polyring_client *client);
POLYRING_API void polyring_results_return(polyring_results *results); /* NULL is allowed */

/* Gives room for count operations, all zero, and an empty buffer, for whoever fills operations from
 * something else. Both live as long as the results are borrowed, or until they are asked for again.
 * NULL: there is no memory. */
POLYRING_API polyring_operation *polyring_results_operations(polyring_results *results,
                                                             size_t count);
POLYRING_API polyring_buffer *polyring_results_buffer(polyring_results *results);

/* Runs operations, which stand for themselves: their order is kept for those on one key only.
 * timeout: microseconds for all of it; 0: what the settings say, write_timeout if there is a change
 * among them. The client must be that of the results. OK: each has a status of zero or above;
 * PARTIAL: at least one has a status below; NO_MEMORY: nothing was sent. error is filled where the
 * call itself fails; of an operation polyring_results_explain tells. */
POLYRING_API polyring_status polyring_client_run(polyring_client *client,
                                                 polyring_operation *operations, size_t count,
                                                 int64_t timeout, polyring_results *results,
                                                 polyring_error *error);

/* Runs one operation of FLUSH to PING on every server of the list at once. *all is an array of as
 * many operations as there are servers, in their order, in the results. The statuses are those of
 * polyring_client_run; INVALID_ARGUMENT: the operation is another one. */
POLYRING_API polyring_status polyring_client_run_everywhere(
    polyring_client *client, const polyring_operation *operation, int64_t timeout,
    polyring_results *results, polyring_operation **all, size_t *count, polyring_error *error);

/* Does what is due for servers that failed: probes, and undoing what was missed. The same rides
 * along with every call, so that only idle programs need this, some ten times a second. It returns
 * when nothing is on its way, or after budget microseconds; what is not done by then goes on with
 * the next call. OK or NO_MEMORY. */
POLYRING_API polyring_status polyring_client_tick(polyring_client *client, int64_t budget,
                                                  polyring_error *error);

/* A server of the list that the results' last call used, as it was spelled, without name, weight
 * and attributes; its label: the name, if it has one, else the same. "" beyond the last.
 * NUL-terminated; lives until the results are used again. */
POLYRING_API const char *polyring_results_server(const polyring_results *results, size_t i);
POLYRING_API const char *polyring_results_label(const polyring_results *results, size_t i);

/* Says in *error why an operation of the results' last call failed: server, stage, time spent,
 * errno, and a sentence that names the key. */
POLYRING_API void polyring_results_explain(const polyring_results *results,
                                           const polyring_operation *operation,
                                           polyring_error *error);

/* --- statistics --- */

#define POLYRING_LATENCIES 48
#define POLYRING_FAILURES 25

/* What a client did with one server since it knows it. Batches count as one exchange with each
 * server that they go to. */
typedef struct polyring_statistics {
  char server[256]; /* as it was spelled, cut */
  uint64_t exchanges, operations, hits, misses;
  uint64_t failures[POLYRING_FAILURES]; /* of status -i; see polyring_status_name(-i) */
  uint64_t bytes_sent, bytes_received;
  uint64_t connects, connect_failures;
  uint32_t connections; /* open now */
  uint64_t mismatches;
  /* Exchanges by how long they took, from the first byte sent to the last received: latency[i] of
   * those that took no more than polyring_latency_limit(i) microseconds, and more than the one
   * before; the last has all others too. */
  uint64_t latency[POLYRING_LATENCIES];
  polyring_health_state state; /* now, as HEALTH events tell it */
  uint64_t in_doubt;           /* keys whose change failed, and which are not yet deleted */
  uint64_t refused;            /* operations that were not sent, as the server is not spoken to */
  uint64_t redirected;         /* and those that went elsewhere */
  uint64_t probes;             /* that were begun */
} polyring_statistics;

/* Copies the statistics of server i of the list, behind which come those of the gutter. 1, or 0 beyond the last. */
POLYRING_API int polyring_client_statistics(polyring_client *client, size_t i,
                                            polyring_statistics *statistics);

/* The limit of latency[i] in microseconds: 2^(i/2), rounded down. */
POLYRING_API int64_t polyring_latency_limit(size_t i);

/* --- EVENTS ---
 *
 * Where a server's item polyring:topo differs from the client's topology, the client's keys are not
 * where others look for them, or the address is another server's. The item has the fingerprint of
 * the ring, the digest of the topology, its epoch, and the label of the server itself. It is read
 * with the first request of each connection, and with the next one after the client's topology
 * changed. A difference that places every key alike is none; neither is one to an older epoch,
 * which the client replaces by its own if announce is set. */

/* XX(NAME, text). */
#define POLYRING_EVENT_MAP(XX)                                 \
  XX(CONNECTED, "connected")                                   \
  XX(CONNECT_FAILED, "cannot connect")                         \
  XX(DISCONNECTED, "a connection was lost")                    \
  XX(MISMATCH, "the server knows another topology")            \
  XX(ANNOUNCED, "the topology was written to the server")      \
  XX(TOPOLOGY_CHANGED, "another topology is used from now on") \
  XX(TOPOLOGY_REFUSED, "the topology's file cannot be used")   \
  XX(HEALTH, "the server's state has changed")                 \
  XX(NOT_CLEANED, "what was missed while it was down cannot be undone")

/* What happened. */
typedef enum polyring_event_kind {
#define XX(name, text) POLYRING_EVENT_##name,
  POLYRING_EVENT_MAP(XX)
#undef XX
} polyring_event_kind;

/* Something that a client noticed. No event holds a key or a value. */
typedef struct polyring_event {
  polyring_event_kind kind;
  int64_t time;     /* microseconds since 1970 */
  uint64_t number;  /* events are counted from 1; where one is missing, the queue was full */
  char server[256]; /* the server concerned as it was spelled, cut, or "" */
  char text[400];   /* a sentence */
} polyring_event;

/* Takes the oldest event out of the queue. 1, or 0: there is none. The queue holds 256; what is
 * older is forgotten. */
POLYRING_API int polyring_client_next_event(polyring_client *client, polyring_event *event);

/* The name of a kind of event, such as "MISMATCH"; "NO_EVENT" for other numbers. Static. */
POLYRING_API const char *polyring_event_name(polyring_event_kind kind);

#ifdef __cplusplus
}
#endif

#endif
