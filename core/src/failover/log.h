/* The last changes of state. */
#ifndef POLYRING__LOG_H
#define POLYRING__LOG_H

#include "polyring/health.h"

typedef struct polyring__log {
  struct polyring__log_line {
    int64_t time;
    uint16_t server;
    uint8_t from, to, reason;
  } lines[POLYRING_LOG_MAX];
  uint64_t written, taken; /* in all; taken counts the lost ones too */
} polyring__log;

void polyring__log_write(polyring__log *log, int64_t time, size_t server, int from, int to,
                         int reason);

/* As polyring_health_log, of a ring's servers. */
int32_t polyring__log_take(polyring__log *log, const polyring_ring *ring, polyring_buffer *lines);

#endif
