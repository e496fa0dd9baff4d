#include "adapter.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4096 };

static bool ready; /* the last list was taken */

struct text percent_decode(char *word) {
  char *out = word, digits[3] = "";
  for (const char *in = word; *in; in++) {
    if (*in == '%' && isxdigit((unsigned char)in[1]) && isxdigit((unsigned char)in[2])) {
      memcpy(digits, in + 1, 2);
      *out++ = (char)strtoul(digits, NULL, 16);
      in += 2;
    } else {
      *out++ = *in;
    }
  }
  *out = 0;
  return (struct text){word, (size_t)(out - word)};
}

/* Cuts off the last ":NUMBER" of the word. False if the number has a fraction. */
static bool cut_number(char *word, int64_t *number) {
  char *colon = strrchr(word, ':'), *end;
  if (!colon || strchr(colon, ']')) return true;
  *number = strtoll(colon + 1, &end, 10);
  if (*end) return false;
  *colon = 0;
  return true;
}

/* A single number is the port of a host, and the weight of a path. */
static const char *parse_place(char *word, struct server *server) {
  int64_t numbers[2] = {NOT_GIVEN, NOT_GIVEN};
  server->is_path = !strncmp(word, "unix:", 5);
  if (server->is_path) word += 5;
  if (!cut_number(word, &numbers[1]) || !cut_number(word, &numbers[0]))
    return "fractional weights of servers";
  bool swapped = !server->is_path && numbers[0] == NOT_GIVEN;
  server->port = (int)numbers[swapped ? 1 : 0];
  server->weight = numbers[swapped ? 0 : 1];
  char *slash = server->is_path ? NULL : strchr(word, '/'); /* what resolves the name knows it */
  if (slash) *slash = 0;
  size_t length = strlen(word);
  if (*word == '[' && word[length - 1] == ']') {
    word[length - 1] = 0;
    word++;
  }
  server->host = percent_decode(word).bytes;
  return *server->host ? NULL : "a server without a place";
}

static const char *parse(char *word, struct server *server) {
  char *attribute = strchr(word, ';');
  *server = (struct server){.buckets = NULL};
  if (attribute) {
    *attribute++ = 0;
    if (strncmp(attribute, "buckets=", 8) || strchr(attribute, ';'))
      return "attributes of servers but buckets";
    server->buckets = percent_decode(attribute + 8).bytes;
  }
  if (word[strcspn(word, "=:/[")] == '=') return "names of servers";
  return parse_place(word, server);
}

static void print_percent(struct text text) {
  for (size_t i = 0; i < text.size; i++) {
    unsigned char byte = (unsigned char)text.bytes[i];
    bool plain = byte < 0x80 && (isalnum(byte) || (byte && strchr("-._~", byte)));
    printf(plain ? "%c" : "%%%02X", byte);
  }
}

static void answer_servers(const struct client *client, char **words, size_t count) {
  static struct server servers[WORDS_MAX];
  const char *why = count ? NULL : "no servers";
  for (size_t i = 0; i < count && !why; i++) why = parse(words[i], &servers[i]);
  if (!why) why = client->servers(servers, count);
  ready = !why;
  if (why)
    printf("skip %s\n", why);
  else
    puts("ok");
}

/* found says what to print before what was found. */
static void answer_get(const struct client *client, struct text key, const char *found) {
  struct text value = {0};
  const char *why = client->get(key, &value);
  if (why) {
    printf("no %s\n", why);
  } else if (!value.bytes) {
    puts("miss");
  } else {
    printf("%s ", found);
    print_percent(value);
    putchar('\n');
  }
  free(value.bytes);
}

static void answer_many(const struct client *client, char **words, size_t count) {
  static struct text keys[WORDS_MAX], values[WORDS_MAX];
  static char nothing[] = "";
  for (size_t i = 0; i < count; i++) keys[i] = percent_decode(words[i]);
  if (!count) keys[count++] = (struct text){nothing, 0};
  memset(values, 0, count * sizeof *values);
  const char *why = client->many(keys, count, values);
  fputs(why ? "no " : "many", stdout);
  for (size_t i = 0; i < count; i++) {
    if (!why) fputs(values[i].bytes ? " +" : " -", stdout);
    if (!why && values[i].bytes) print_percent(values[i]);
    free(values[i].bytes);
  }
  puts(why ? why : "");
}

static const char *answer_store(const struct client *client, char **words, size_t count) {
  if (count < 2 || strcmp(words[1], "bytes")) {
    puts("skip values that are no bytes");
    return NULL;
  }
  struct text value = count > 2 ? percent_decode(words[2]) : (struct text){"", 0};
  const char *why = client->set(percent_decode(words[0]), value);
  if (!why) puts("ok");
  return why;
}

static void answer(const struct client *client, const char *verb, char **words, size_t count) {
  const char *why = NULL;
  if (ready && !strcmp(verb, "many") && client->many) {
    answer_many(client, words, count);
    return;
  }
  if (ready && !strcmp(verb, "store") && client->set) {
    why = answer_store(client, words, count);
    if (why) printf("no %s\n", why);
    return;
  }
  struct text key = count ? percent_decode(words[0]) : (struct text){"", 0};
  struct text value = count > 1 ? percent_decode(words[1]) : (struct text){"", 0};
  size_t index;
  uint32_t hash;
  if (!strcmp(verb, "hash") && client->hash && client->hash(key.bytes, value, &hash)) {
    printf("hash %" PRIu32 "\n", hash);
  } else if (ready && !strcmp(verb, "locate") && client->locate) {
    if (!(why = client->locate(key, &index))) printf("at %zu\n", index);
  } else if (ready && !strcmp(verb, "set") && client->set) {
    if (!(why = client->set(key, value))) puts("ok");
  } else if (ready && !strcmp(verb, "get") && client->get) {
    answer_get(client, key, "value");
  } else if (ready && !strcmp(verb, "fetch") && client->get) {
    answer_get(client, key, "typed bytes");
  } else {
    printf("skip %s\n", verb);
  }
  if (why) printf("no %s\n", why);
}

int serve(const struct client *client) {
  char *line = NULL, *words[WORDS_MAX];
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) > 0) {
    size_t count = 0;
    char *rest = line;
    rest[strcspn(rest, "\n")] = 0;
    const char *verb = strsep(&rest, " ");
    while (rest && count < WORDS_MAX) words[count++] = strsep(&rest, " ");
    if (!strcmp(verb, "bye")) break;
    if (!strcmp(verb, "hello"))
      printf("hello %s\n", client->hello);
    else if (!strcmp(verb, "servers"))
      answer_servers(client, words, count);
    else
      answer(client, verb, words, count);
    fflush(stdout);
  }
  free(line);
  return 0;
}
