/* A third-party client behind the line protocol polyring-adapter/1. */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "clients.h"
#include "process.h"

#define REPLY_MAX (1 << 20)

struct adapter {
  struct process process;
  int64_t timeout; /* milliseconds that one reply may take */
  char *buffer;    /* what came in; the last reply is its first line */
  size_t filled, capacity;
  char *broken; /* why the conversation is over, or NULL */
};

/* What an adapter says of itself. */
struct hello {
  char *client, *version, *language, *verbs;
  struct words more; /* key=value words */
  char *line;        /* owns all of them */
};

/* Starts the command of a configuration; hosts is the path of a private hosts file or NULL.
 * Returns NULL, or why it could not be started, to be freed; adapter_stop is due all the same. */
char *adapter_start(struct adapter *adapter, const struct client *client, const char *hosts,
                    int64_t timeout);

/* Sends a line, which ends in a newline, and waits for the reply, which comes without one and
 * lives until the next request. NULL when the adapter broke the protocol, now or earlier:
 * adapter->broken says how. */
char *adapter_ask(struct adapter *adapter, const char *line, size_t size);

/* Says bye, waits for the end, and takes everything away that the adapter started. Output beyond
 * the replies that were due makes it broken. adapter->broken remains, to be freed. */
void adapter_stop(struct adapter *adapter);

/* If the reply is this word, alone or followed by a blank: the rest of the line; else NULL. */
char *reply_is(char *reply, const char *word);

/* False when the reply is no proper hello, after breaking the adapter. */
bool hello_read(struct adapter *adapter, const char *reply, struct hello *hello);
void hello_done(struct hello *hello);
bool hello_can(const struct hello *hello, const char *verb);
/* The value of a key=value word, or NULL. */
const char *hello_value(const struct hello *hello, const char *key);

#endif
