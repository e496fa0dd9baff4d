#include "kill_mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

/* Texts that rows have, or that a reader of a client's source may take for the right ones. */
static const struct {
  const char *column, *values[9];
} texts[] = {
    {"refuse", {"", "00-20+7f", "00-20", "00+0a+0d+20"}},
    {"prefix", {"", "app%3A", "a"}},
    {"stop", {"", "|%23|", "%23", "%3A"}},
    {"tag", {"", "{}", "[]"}},
    {"suffix", {"", "%FF", "salt"}},
    {"seed", {"", "polyring"}},
    {"order_by", {"{host}:{port}", "{host}", "{name|host}{name|:port!11211}", "{[host]}:{port}"}},
    {"heavy", {"", "weights=ignored"}},
    {"label",
     {"{host}-{i}", "{host}:{port}-{i}", "{host}:{port}:{i}", "{host}{:port!11211}-{i}",
      "{host/ip}:{port}-{i}", "{host}{nul}{port}{prev:le}", "{host}:{port}-{key}",
      "{key}{host}{port}"}},
    {"next_label", {"", "{prev:le}", "{host}:{port}-{i+1}"}},
    {"unix_label", {"", "{host}-{i}", "{host}:{port}-{i}", "{host}{nul}{prev:le}", "{host}-{key}"}},
    {"no_port", {"11211", "", "0", "11212"}}};

static const char *const numbers[] = {"0",   "1",   "2",   "3",   "4",   "40",   "50",  "80",
                                      "100", "120", "150", "160", "200", "1000", "1024"};

/* What clients write in place of each other, where it occurs in a template. */
static const char *const exchanges[][2] = {{"{host}", "{[host]}"},
                                           {"{host}", "{ip}"},
                                           {"{host}", "{host/ip}"},
                                           {"{host}", "{/ip}"},
                                           {"{host}", "{name|host}"},
                                           {"{[host]}", "{host}"},
                                           {"{[host]}", "{name|[host]}"},
                                           {"{ip}", "{host}"},
                                           {"{ip}", "{ip:java}"},
                                           {"{ip:java}", "{ip}"},
                                           {"{ip:java}", "{host/ip}"},
                                           {"{ip:java}", "{/ip}"},
                                           {"{host/ip}", "{ip:java}"},
                                           {"{host/ip}", "{host}"},
                                           {"{host/ip}", "{/ip}"},
                                           {"{/ip}", "{ip:java}"},
                                           {"{/ip}", "{host/ip}"},
                                           {"{/ip}", "{host}"},
                                           {"{name|host}", "{host}"},
                                           {"{name|host}", "{name|[host]}"},
                                           {"{name|[host]}", "{name|host}"},
                                           {"{name|[host]}", "{[host]}"},
                                           {":{port}", "{:port!11211}"},
                                           {":{port}", "{name|:port}"},
                                           {":{port}", ""},
                                           {"{port}", ""},
                                           {"{port}", "{:port!11211}"},
                                           {"{:port!11211}", ":{port}"},
                                           {"{:port!11211}", "{name|:port!11211}"},
                                           {"{:port!11211}", ""},
                                           {"{name|:port}", ":{port}"},
                                           {"{name|:port}", "{name|:port!11211}"},
                                           {"{name|:port}", ""},
                                           {"{name|:port!11211}", "{:port!11211}"},
                                           {"{name|:port!11211}", "{name|:port}"},
                                           {"{name|:port!11211}", ""},
                                           {"{name|:}", ""},
                                           {"{name|:}", ":"},
                                           {":11211", ":{port}"},
                                           {"{i}", "{i+1}"},
                                           {"{i+1}", "{i}"},
                                           {"{prev:le}", "{i}"},
                                           {"{nul}", ""},
                                           {"{nul}", ":"},
                                           {"-", ":"},
                                           {"-", "_"},
                                           {"-", ""},
                                           {":{i}", "-{i}"},
                                           {":{i}", "{i}"},
                                           {"/", ""}};

/* The other values of one column. */
struct making {
  size_t column;
  const char *value; /* what it has */
  struct words made;
};

static bool is_column(const struct making *making, const char *name) {
  return !strcmp(polyring_column_name(making->column), name);
}

/* Adds a value, which is taken over, unless it is there. */
static void offer(struct making *making, char *value) {
  bool known = !strcmp(value, making->value);
  for (size_t i = 0; i < making->made.count; i++)
    if (!strcmp(making->made.items[i], value)) known = true;
  if (known)
    free(value);
  else
    words_add(&making->made, value);
}

static void offer_numbers(struct making *making, uint32_t least, uint32_t most) {
  int64_t now = strtoll(making->value, NULL, 10);
  int64_t near[] = {now - 1, now + 1, now - 4, now + 4, 2 * now, now / 2};
  for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++)
    if (near[i] >= least && near[i] <= most) offer(making, format("%lld", (long long)near[i]));
  for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
    if (atol(numbers[i]) >= least && atol(numbers[i]) <= most) offer(making, copy(numbers[i]));
}

static void offer_exchanges(struct making *making) {
  for (size_t e = 0; e < sizeof(exchanges) / sizeof(*exchanges); e++) {
    const char *from = exchanges[e][0], *to = exchanges[e][1], *at = making->value;
    while ((at = strstr(at, from))) {
      offer(making,
            format("%.*s%s%s", (int)(at - making->value), making->value, to, at + strlen(from)));
      at++;
    }
  }
  offer(making, format("/%s", making->value));
}

/* The bytes of a column "refuse", one flag each. */
static void read_bytes(const char *text, bool bytes[256]) {
  memset(bytes, 0, 256);
  while (*text) {
    char *end;
    unsigned long first = strtoul(text, &end, 16), last = first;
    if (*end == '-') last = strtoul(end + 1, &end, 16);
    for (unsigned long byte = first; byte <= last; byte++) bytes[byte & 0xFF] = true;
    text = *end == '+' ? end + 1 : end;
  }
}

static char *write_bytes(const bool bytes[256]) {
  char *text, *between = "";
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (int first = 0, last; first < 256; first = last + 1) {
    for (last = first; bytes[first] && last < 255 && bytes[last + 1]; last++) continue;
    if (!bytes[first]) continue;
    fprintf(file, last > first ? "%s%02x-%02x" : "%s%02x", between, (unsigned)first,
            (unsigned)last);
    between = "+";
  }
  fclose(file);
  return text;
}

/* A byte more and a byte less, wherever refused and other bytes meet. */
static void offer_bytes(struct making *making) {
  bool bytes[256];
  read_bytes(making->value, bytes);
  for (int byte = 0; byte < 256; byte++) {
    bool meets = (byte > 0 && bytes[byte - 1] != bytes[byte]) ||
                 (byte < 255 && bytes[byte + 1] != bytes[byte]);
    if (!meets && !(byte == 0 && bytes[0]) && !(byte == 255 && bytes[255])) continue;
    bytes[byte] = !bytes[byte];
    offer(making, write_bytes(bytes));
    bytes[byte] = !bytes[byte];
  }
}

static size_t column_of(const char *name, size_t size) {
  size_t c = 0;
  for (const char *known; (known = polyring_column_name(c)); c++)
    if (strlen(known) == size && !strncmp(known, name, size)) break;
  return c;
}

static struct words values_of(size_t column, const char *value);

/* Each of the overrides left out, and with each other value. */
static void offer_overrides(struct making *making) {
  const char *all = making->value;
  for (const char *at = all, *end; *at; at = *end ? end + 1 : end) {
    end = at + strcspn(at, ";");
    const char *equals = strchr(at, '=');
    const char *rest = *end ? end + 1 : end;
    offer(making, format("%.*s%s", (int)(at - all - (!*rest && at > all)), all, rest));
    char *value = format("%.*s", (int)(end - equals - 1), equals + 1);
    struct words others = values_of(column_of(at, (size_t)(equals - at)), value);
    for (size_t i = 0; i < others.count; i++) {
      offer(making, format("%.*s%s%s", (int)(equals + 1 - all), all, others.items[i], end));
      free(others.items[i]);
    }
    free(others.items);
    free(value);
  }
}

/* What else a column could have that has the value. Where the client leaves equal points to
 * chance, nothing else can be wrong. */
static struct words values_of(size_t column, const char *value) {
  struct making making = {.column = column, .value = value};
  uint32_t least, most;
  const char *choice;
  if (is_column(&making, "equal") && !strcmp(value, "unspecified")) return making.made;
  for (size_t v = 0; (choice = polyring_column_choice(column, v)); v++)
    offer(&making, copy(choice));
  if (polyring_column_limits(column, &least, &most)) offer_numbers(&making, least, most);
  if (is_column(&making, "refuse")) offer_bytes(&making);
  if (is_column(&making, "heavy")) offer_overrides(&making);
  if (*value && (strstr(polyring_column_name(column), "label") || is_column(&making, "order_by")))
    offer_exchanges(&making);
  for (size_t t = 0; t < sizeof(texts) / sizeof(*texts); t++)
    for (size_t v = 0; is_column(&making, texts[t].column) && texts[t].values[v]; v++)
      offer(&making, copy(texts[t].values[v]));
  return making.made;
}

struct words mutants_of(const polyring_profile *profile) {
  struct words mutants = {0};
  const char *name;
  for (size_t c = 0; (name = polyring_column_name(c)); c++) {
    if (column_is_idle(c)) continue;
    struct words values = values_of(c, polyring_profile_value(profile, c));
    for (size_t v = 0; v < values.count; v++) {
      words_add(&mutants, format("%s=%s", name, values.items[v]));
      free(values.items[v]);
    }
    free(values.items);
  }
  return mutants;
}
