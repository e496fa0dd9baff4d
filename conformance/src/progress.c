#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "support.h"

#define QUIET_MS 2000
#define PAUSE_MS 100

static int64_t started, printed;

void progress(const char *text, ...) {
  int64_t now = clock_ms();
  va_list list;
  if (!started) started = now;
  if (now - started < QUIET_MS || now - printed < PAUSE_MS || !isatty(STDERR_FILENO)) return;
  printed = now;
  va_start(list, text);
  fputs("\r\033[K", stderr);
  vfprintf(stderr, text, list);
  va_end(list);
}

void progress_clear(void) {
  if (printed) fputs("\r\033[K", stderr);
  printed = 0;
}
