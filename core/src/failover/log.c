#include "failover/log.h"

#include <inttypes.h>
#include <stdio.h>

void polyring__log_write(polyring__log *log, int64_t time, size_t server, int from, int to,
                         int reason) {
  log->lines[log->written++ % POLYRING_LOG_MAX] = (struct polyring__log_line){
      time, (uint16_t)server, (uint8_t)from, (uint8_t)to, (uint8_t)reason};
}

static int add(polyring_buffer *lines, const char *text, int size) {
  return polyring_buffer_add(lines, text, (size_t)size);
}

static int put(const struct polyring__log_line *line, const polyring_ring *ring,
               polyring_buffer *lines) {
  char text[96];
  size_t size;
  const char *server = polyring_ring_server(ring, line->server, &size);
  return add(lines, text, snprintf(text, sizeof text, "%" PRId64 " ", line->time)) &&
         polyring_buffer_add(lines, server, size) &&
         add(lines, text,
             snprintf(text, sizeof text, " %s -> %s %s\n", polyring_health_state_name(line->from),
                      polyring_health_state_name(line->to), polyring_seen_name(line->reason)));
}

int32_t polyring__log_take(polyring__log *log, const polyring_ring *ring, polyring_buffer *lines) {
  uint64_t waiting = log->written - log->taken, at = log->taken;
  size_t before = lines->size;
  int32_t count = 0;
  int fits = 1;
  if (waiting > POLYRING_LOG_MAX) {
    char text[64];
    uint64_t lost = waiting - POLYRING_LOG_MAX;
    fits = add(lines, text, snprintf(text, sizeof text, "%" PRIu64 " lines were lost\n", lost));
    at += lost;
    count++;
  }
  for (; fits && at < log->written; at++, count++)
    fits = put(&log->lines[at % POLYRING_LOG_MAX], ring, lines);
  if (!fits) {
    lines->size = before;
    return POLYRING_NO_MEMORY;
  }
  log->taken = at;
  return count;
}
