/* The lines that a server answers with, as far as a dump has to understand them. */
#ifndef DUMP_REPLY_H
#define DUMP_REPLY_H

#include "dump.h"

#define REQUEST_MAX 400 /* bytes of a request for flags */
#define CRLF "\r\n"

/* A line of "stats items": whether it is one; *class is 0 unless it tells how many items one has.
 */
bool reply_class(const char *line, unsigned *class, uint64_t *held);

/* A line of "lru_crawler metadump", with its key, decoded in place. NULL, or what is wrong with
 * it; static. */
const char *reply_item(char *line, uint8_t **key, size_t *key_size, struct dump_item *item);

/* A request for the flags of a key, in out: its size, or 0 if the protocol has none for this
 * key. Without touching, the item's access state stays as it is. */
size_t request_flags(const uint8_t *key, size_t size, bool touch, char out[REQUEST_MAX]);

enum flags_reply { REPLY_FLAGS, REPLY_MISS, REPLY_REFUSED, REPLY_FOREIGN };
enum flags_reply reply_flags(const char *line, uint32_t *flags);

/* What a server that answers with this line is, in words: "speaks HTTP", to be freed. */
char *reply_stranger(const char *line, const char *request);

#endif
