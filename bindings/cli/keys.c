/* Keys, percent-encoded, from the words of the command line or the lines of standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define BLOCK_SIZE (1 << 20)

typedef struct key_reader {
  key_batch *batch;
  key_taker *take;
  void *context;
} key_reader;

static bool hand_over(key_reader *reader) {
  key_batch *batch = reader->batch;
  bool more = batch->line_count == 0 || reader->take(reader->context, batch);
  batch->line_count = 0;
  batch->key_count = 0;
  return more;
}

/* The offset of the first byte that may not stand in a line as it is, or the size. Blanks and
 * control bytes would make lines that cannot be told apart; all others are unmistakable. */
static size_t first_raw_byte(const char *text, size_t size) {
  size_t i = 0;
  while (i < size && (unsigned char)text[i] > ' ') i++;
  return i;
}

static bool add_line(key_reader *reader, const char *text, size_t size) {
  key_batch *batch = reader->batch;
  size_t used = batch->key_count ? batch->ends[batch->key_count - 1] : 0;
  if (batch->line_count == KEY_BATCH_LINES || used + size > KEY_BATCH_BYTES) {
    if (!hand_over(reader)) return false;
    used = 0;
  }
  key_line *line = &batch->lines[batch->line_count++];
  *line = (key_line){text, (uint32_t)size, 0, ++batch->line_number, KEY_GOOD};
  if (size > KEY_LINE_MAX) {
    line->problem = KEY_LINE_TOO_LONG;
    line->size = KEY_LINE_MAX;
    return true;
  }
  size_t position = first_raw_byte(text, size);
  if (position < size) {
    line->problem = KEY_RAW_BYTE;
  } else {
    size_t length = polyring_percent_decode(text, size, batch->bytes + used, &position);
    if (length == POLYRING_NOWHERE)
      line->problem = KEY_BAD_PERCENT;
    else
      batch->ends[batch->key_count++] = (uint32_t)(used + length);
  }
  line->position = (uint32_t)position;
  return true;
}

static bool read_words(key_reader *reader, char **keys, size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t size = strlen(keys[i]);
    if (!add_line(reader, keys[i], size < KEY_LINE_MAX ? size : KEY_LINE_MAX + 1)) return false;
  }
  return hand_over(reader);
}

/* Takes the complete lines out of *size bytes and moves the rest to the front of the block. A
 * rest that is already too long is reported at once, and skipping says that it goes on. */
static bool take_lines(key_reader *reader, char *block, size_t *size, bool *skipping) {
  char *at = block, *end = block + *size, *newline;
  while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
    if (!*skipping && !add_line(reader, at, (size_t)(newline - at))) return false;
    *skipping = false;
    at = newline + 1;
  }
  size_t rest = (size_t)(end - at);
  if (!*skipping && rest > KEY_LINE_MAX) {
    if (!add_line(reader, at, rest)) return false;
    *skipping = true;
  }
  if (!hand_over(reader)) return false; /* its lines lie in the block */
  *size = *skipping ? 0 : rest;
  memmove(block, at, *size);
  return true;
}

static bool read_input(key_reader *reader, char *block) {
  size_t size = 0;
  bool skipping = false;
  for (;;) {
    if (!output_flush()) return false; /* a program that waits for these answers gets them */
    ssize_t got = read(STDIN_FILENO, block + size, BLOCK_SIZE - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      complain("cannot read standard input: %s", strerror(errno));
      return false;
    }
    if (got == 0) break;
    size += (size_t)got;
    if (!take_lines(reader, block, &size, &skipping)) return false;
  }
  return (size == 0 || add_line(reader, block, size)) && hand_over(reader);
}

int keys_each(char **keys, size_t count, key_taker *take, void *context) {
  if (count == 0) complain("no key given; - reads keys from standard input");
  bool from_input = count == 1 && strcmp(keys[0], "-") == 0;
  key_batch *batch = malloc(sizeof *batch);
  char *block = malloc(BLOCK_SIZE);
  bool fine = false;
  if (!batch || !block) {
    complain("no memory");
  } else {
    key_reader reader = {batch, take, context};
    batch->line_count = batch->key_count = 0;
    batch->line_number = 0;
    batch->from_input = from_input;
    batch->failed = false;
    fine = from_input ? read_input(&reader, block) : read_words(&reader, keys, count);
    fine = fine && !batch->failed;
  }
  free(block);
  free(batch);
  return fine ? 0 : EXIT_BAD;
}

bool input_from(const char *path) {
  if (strcmp(path, "-") == 0) return true;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || dup2(file, STDIN_FILENO) < 0) {
    complain("%s: %s", path, strerror(errno));
    if (file >= 0) close(file);
    return false;
  }
  close(file);
  return true;
}

static void complain_at(key_batch *batch, const key_line *line, const char *text) {
  batch->failed = true;
  complain("%s %llu: %s", batch->from_input ? "line" : "key", (unsigned long long)line->number,
           text);
}

void key_refused(key_batch *batch, const key_line *line, const polyring_error *error) {
  complain_at(batch, line, error->text);
}

void key_complain(key_batch *batch, const key_line *line) {
  char shown[64], text[256];
  printable(line->text, line->size, shown, sizeof shown);
  unsigned byte = (unsigned char)line->text[line->position];
  switch (line->problem) {
    case KEY_LINE_TOO_LONG:
      snprintf(text, sizeof text, "\"%s\" has more than %d bytes", shown, KEY_LINE_MAX);
      break;
    case KEY_BAD_PERCENT:
      snprintf(text, sizeof text,
               "\"%s\": the %% at byte %u is not followed by two hexadecimal digits", shown,
               line->position + 1);
      break;
    default:
      snprintf(text, sizeof text, "\"%s\": byte %u must be written %%%02X%s", shown,
               line->position + 1, byte,
               byte == '\r' && line->position + 1 == line->size
                   ? "; does the line end with CR LF? A carriage return is part of the key"
                   : "");
  }
  complain_at(batch, line, text);
}

error_t parse_keys(int option, char *value, struct argp_state *state) {
  key_arguments *arguments = state->input;
  (void)value;
  switch (option) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &arguments->ring;
      state->child_inputs[1] = &arguments->dead;
      return 0;
    case ARGP_KEY_ARGS:
      arguments->keys = state->argv + state->next;
      arguments->key_count = (size_t)(state->argc - state->next);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}
