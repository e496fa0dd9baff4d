/* Polyring: what a call came to.
 *
 * Every call that can fail returns a polyring_status, or a number that is a status when it is
 * negative. Zero and above are outcomes: the operation completed. Below zero are failures.
 * The numbers are frozen: a status keeps its number for ever. */
#ifndef POLYRING_STATUS_H
#define POLYRING_STATUS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define POLYRING_API __attribute__((visibility("default")))
#else
#define POLYRING_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* XX(number, name, class, text). The class is what languages build their exceptions from. */
#define POLYRING_STATUS_MAP(XX)                                                             \
  XX(0, OK, OUTCOME, "done")                                                                \
  XX(1, MISS, OUTCOME, "there is no such item")                                             \
  XX(2, NOT_STORED, OUTCOME, "the condition of the store does not hold")                    \
  XX(3, EXISTS, OUTCOME, "the item was changed since it was read")                          \
  XX(4, PARTIAL, OUTCOME, "at least one key of the batch failed, see its own status")       \
  XX(-1, INVALID_ARGUMENT, ARGUMENT, "an argument breaks a rule of the call")               \
  XX(-2, INVALID_KEY, KEY, "the profile's client refuses this key")                         \
  XX(-3, INVALID_SERVERS, SERVERS, "the list of servers is malformed or unfit for the row") \
  XX(-4, INVALID_PROFILE, PROFILE, "no such profile, or an override that it cannot take")   \
  XX(-5, TOO_LARGE, ARGUMENT, "a size is above the limit that the call names")              \
  XX(-6, NO_MEMORY, MEMORY, "the allocator returned nothing")                               \
  XX(-7, NOT_SUPPORTED, ARGUMENT, "the library or the server cannot do what is asked")      \
  XX(-8, INVALID_TOPOLOGY, ARGUMENT, "the text is no topology")                             \
  XX(-9, UNAVAILABLE, UNAVAILABLE, "the server cannot be reached: nothing was sent")        \
  XX(-10, UNKNOWN, UNKNOWN, "sent, and no answer came: it may have been done, or not")      \
  XX(-11, BAD_REPLY, PROTOCOL, "what the server answered is no reply to the request")       \
  XX(-12, SERVER_FAILED, SERVER, "the server could not do it")                              \
  XX(-13, REFUSED, SERVER, "the server does not take the request")                          \
  XX(-14, BUSY, UNAVAILABLE, "all connections to the server are in use: nothing was sent")  \
  XX(-15, INVALID_VALUE, VALUE, "the value cannot be written, or what is there not read")   \
  XX(-16, MISMATCH, MISMATCH, "the server belongs to another topology than the client's")

/* What a call came to, by its name. */
typedef enum polyring_status {
#define XX(number, name, class, text) POLYRING_##name = (number),
  POLYRING_STATUS_MAP(XX)
#undef XX
} polyring_status;

/* What languages raise: one exception class for each of these but OUTCOME and MEMORY. */
typedef enum polyring_status_class {
  POLYRING_CLASS_OUTCOME,
  POLYRING_CLASS_ARGUMENT,
  POLYRING_CLASS_KEY,
  POLYRING_CLASS_SERVERS,
  POLYRING_CLASS_PROFILE,
  POLYRING_CLASS_UNAVAILABLE,
  POLYRING_CLASS_UNKNOWN,
  POLYRING_CLASS_PROTOCOL,
  POLYRING_CLASS_SERVER,
  POLYRING_CLASS_VALUE,
  POLYRING_CLASS_MISMATCH,
  POLYRING_CLASS_MEMORY
} polyring_status_class;

/* The name of a status without its prefix ("INVALID_KEY"), its class, and its meaning in one
 * line. Other numbers give "NO_STATUS", POLYRING_CLASS_ARGUMENT and "no such status". The texts
 * are static and never NULL. */
POLYRING_API const char *polyring_status_name(int status);
POLYRING_API polyring_status_class polyring_status_class_of(int status);
POLYRING_API const char *polyring_status_text(int status);

#define POLYRING_NOWHERE ((size_t)-1)

/* XX(NAME, text): the text says what was being done. */
#define POLYRING_STAGE_MAP(XX)                 \
  XX(NONE, "")                                 \
  XX(WAITING, "waiting for a free connection") \
  XX(RESOLVING, "resolving its name")          \
  XX(CONNECTING, "connecting")                 \
  XX(SENDING, "sending")                       \
  XX(RECEIVING, "waiting for the answer")

/* How far a call to a server had come. */
typedef enum polyring_stage {
#define XX(name, text) POLYRING_STAGE_##name,
  POLYRING_STAGE_MAP(XX)
#undef XX
} polyring_stage;

/* The name of a stage ("CONNECTING"), and what was being done ("connecting"). Other numbers are
 * shown as NONE. Static, and never NULL. */
POLYRING_API const char *polyring_stage_name(int stage);
POLYRING_API const char *polyring_stage_text(int stage);

/* The reason of a failure, filled by calls that take a polyring_error *. That argument may
 * always be NULL; the struct needs no preparation and no release, and is untouched on success. */
typedef struct polyring_error {
  polyring_status status; /* the same that the call returned */
  int system_error;       /* errno, or 0 where no system call is to blame */
  size_t position;        /* offset in bytes of the offence in the input, or POLYRING_NOWHERE */
  char server[80];        /* the server concerned as it was spelled (cut with "..."), or "" */
  polyring_stage stage;   /* of calls to servers: how far it had come */
  int64_t spent;          /* of calls to servers: microseconds from the call to the failure */
  char text[400];         /* one sentence: the input, the rule and the place; printable */
} polyring_error;

#ifdef __cplusplus
}
#endif

#endif
