/* Values in a pipe, for test_value_php.py: a line in, a line out, all bytes in hexadecimal.
 *
 *   write COMPRESS FROM SEQUENCE     FLAGS BODY
 *   read DECODE_TEXT FLAGS BODY      SEQUENCE
 *
 * An empty field is written as "-". What fails is answered "! STATUS TEXT". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/value.h"

static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static void read_hex(const char *text, polyring_buffer *bytes) {
  bytes->size = 0;
  if (strcmp(text, "-") == 0) return;
  for (; *text && *text != '\n'; text += 2) {
    uint8_t byte = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
    polyring_buffer_add(bytes, &byte, 1);
  }
}

static void print_hex(const uint8_t *bytes, size_t size) {
  if (!size) putchar('-');
  for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
  putchar('\n');
}

static void answer(const char *verb, const char *option, const char *number,
                   const polyring_buffer *in, polyring_buffer *out) {
  int is_write = strcmp(verb, "write") == 0;
  polyring__value_options options = {0};
  polyring__value_codec *codec = NULL;
  polyring__value_body body = {0};
  polyring_error error = {0};
  unsigned long value = strtoul(number, NULL, 10);
  if (is_write) options.compress = option;
  if (is_write) options.compress_from = value;
  if (!is_write) options.decode_text = atoi(option);
  out->size = 0;
  polyring_status status = polyring__value_codec_new(NULL, &options, &codec, &error);
  if (status >= 0)
    status = is_write ? polyring__value_write(codec, in->at, in->size, out, &body, &error)
                      : polyring__value_read(codec, (uint32_t)value, in->at, in->size, out, &error);
  if (status < 0) {
    printf("! %s %s\n", polyring_status_name(status), error.text);
  } else if (is_write) {
    printf("%u ", (unsigned)body.flags);
    print_hex(body.at, body.size);
  } else {
    print_hex(out->at, out->size);
  }
  polyring__value_codec_free(codec);
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  polyring_buffer in, out;
  polyring_buffer_init(&in, NULL);
  polyring_buffer_init(&out, NULL);
  while (getline(&line, &room, stdin) > 0) {
    char *verb = strtok(line, " \n"), *option = strtok(NULL, " \n"), *number = strtok(NULL, " \n");
    char *bytes = strtok(NULL, " \n");
    if (!bytes) return 2;
    read_hex(bytes, &in);
    answer(verb, option, number, &in, &out);
    fflush(stdout);
  }
  free(line);
  polyring_buffer_done(&in);
  polyring_buffer_done(&out);
  return 0;
}
