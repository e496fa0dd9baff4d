#include "audit_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit_guess.h"
#include "json.h"
#include "polyring/version.h"

#define UNLIKELY 0.01

enum { EXAMPLES = 3, FLAGS = 32, NAMES = 3, LIBRARIES = 5 };

int audit_exit(const struct audit *audit) {
  int code = audit->misplaced_count || audit->doubles ? EXIT_DIFFERS
             : audit->spot_count                      ? EXIT_AGREED
                                                      : EXIT_NOTHING;
  for (size_t i = 0; i < audit->places->count; i++)
    if (audit->dump->sources[i].why) code = exit_worse(code, EXIT_ENVIRONMENT);
  return code;
}

static const char *word_of(const struct audit *audit, size_t server) {
  return audit->places->items[server].word;
}

static char *key_of(const struct audit *audit, const struct misplaced *misplaced) {
  return keys_text(&audit->dump->keys, audit_item(audit, misplaced)->key);
}

/* --- flags of a finding --- */

struct flags {
  uint32_t values[FLAGS];
  size_t counts[FLAGS], count, unread;
  char *libraries; /* that may have written all of them; NULL if no flags are known */
};

static void flags_add(struct flags *flags, const struct dump_item *item) {
  size_t at = 0;
  flags->unread += item->flags_state != FLAGS_READ;
  if (item->flags_state != FLAGS_READ) return;
  while (at < flags->count && flags->values[at] != item->flags) at++;
  if (at == FLAGS) return;
  if (at == flags->count) {
    flags->values[flags->count++] = item->flags;
    flags->counts[at] = 0;
  }
  flags->counts[at]++;
}

static struct flags flags_of(const struct audit *audit, uint32_t finding) {
  struct flags flags = {.count = 0};
  for (size_t i = 0; i < audit->misplaced_count; i++)
    if (audit->misplaced[i].finding == finding)
      flags_add(&flags, audit_item(audit, &audit->misplaced[i]));
  if (flags.count) flags.libraries = guess_libraries(flags.values, flags.count);
  return flags;
}

static void print_flags(const struct flags *flags) {
  if (!flags->libraries) return;
  printf("   flags ");
  for (size_t i = 0; i < flags->count && i < 8; i++)
    printf("%s0x%" PRIx32 " (%zu)", i ? ", " : "", flags->values[i], flags->counts[i]);
  if (flags->count > 8) printf(" and others");
  if (!*flags->libraries) {
    puts(": no library writes all of these by itself");
    return;
  }
  char *text = copy(flags->libraries);
  struct words words = words_split(text);
  if (words.count == 1)
    printf(": only %s writes these by itself\n", words.items[0]);
  else if (words.count > LIBRARIES)
    printf(": ambiguous, %zu of %zu libraries write these\n", words.count, guess_count());
  else
    printf(": ambiguous, one of %s\n", flags->libraries);
  free(words.items);
  free(text);
}

/* --- for people --- */

/* Items that a server counts and did not list. */
static size_t unlisted(const struct audit *audit, size_t i) {
  const struct source *source = &audit->dump->sources[i];
  if (!source->finished || source->sampled || source->held <= source->count) return 0;
  return (size_t)source->held - source->count;
}

static void print_servers(const struct audit *audit) {
  int width = 6;
  for (size_t i = 0; i < audit->places->count; i++)
    if ((int)strlen(word_of(audit, i)) > width) width = (int)strlen(word_of(audit, i));
  printf("\n%-*s %11s %11s %11s\n", width, "server", "keys", "belong here", "misplaced");
  for (size_t i = 0; i < audit->places->count; i++) {
    const struct source *source = &audit->dump->sources[i];
    printf("%-*s ", width, word_of(audit, i));
    if (source->same_as != i) {
      printf("the same as %s\n", word_of(audit, source->same_as));
      continue;
    }
    printf("%11zu %11zu %11zu\n", audit->at_home[i] + audit->strange[i], audit->at_home[i],
           audit->strange[i]);
    if (source->why) printf("  NOT READ%s: %s\n", source->count ? " to the end" : "", source->why);
    if (source->note) printf("  %s\n", source->note);
    if (source->gone)
      printf("  %zu keys were gone when their flags were asked for\n", source->gone);
  }
}

/* The other names: those that place all keys of this list as the first one does, or the rest. */
static void print_alike(const struct finding *finding, bool alike, const char *text) {
  size_t count = 0;
  for (size_t i = 1; i < finding->names.count; i++) {
    if ((finding->groups[i] == 0) != alike) continue;
    if (count < NAMES) printf("%s %s", count ? "," : text, finding->names.items[i]);
    count++;
  }
  if (count > NAMES) printf(" and %zu more", count - NAMES);
  if (count) putchar('\n');
}

static void print_names(const struct finding *finding) {
  size_t count = finding->names.count;
  if (!count) {
    printf("no profile explains them");
    if (finding->nearest)
      printf("; the nearest, %s, explains %zu, and luck about %.0f", finding->nearest,
             finding->explained, finding->chance * (double)finding->keys);
    putchar('\n');
    return;
  }
  printf("explained by %s\n", finding->names.items[0]);
  print_alike(finding, true, "   which on these servers is the same as");
  print_alike(finding, false, "   or, as far as these keys tell, by");
  if (finding->by_luck > UNLIKELY)
    printf("   too few keys to be sure: luck alone would make %.2g profiles fit\n",
           finding->by_luck);
  if (finding->splitter) printf("   %s is a key that would tell them apart\n", finding->splitter);
}

static void print_key(const struct audit *audit, const struct misplaced *misplaced) {
  const struct dump_item *item = audit_item(audit, misplaced);
  char *key = key_of(audit, misplaced);
  printf("   %s is on %s, belongs ", key, word_of(audit, misplaced->at));
  if (misplaced->owner == NO_OWNER)
    printf("nowhere: the profile sends no such key");
  else
    printf("on %s", word_of(audit, misplaced->owner));
  for (uint32_t i = misplaced->copied ? audit->firsts[item->key] : 0; i;
       i = audit->spots[i - 1].next) {
    uint32_t at = audit->spots[i - 1].at;
    bool own = misplaced->owner != NO_OWNER && audit->dump->sources[misplaced->owner].same_as == at;
    if (at != misplaced->at) printf(", is on %s too%s", own ? "it" : word_of(audit, at), "");
  }
  putchar('\n');
  free(key);
}

static void print_finding(const struct audit *audit, uint32_t i) {
  const struct finding *finding = &audit->findings[i];
  struct flags flags = flags_of(audit, i);
  size_t shown = 0;
  printf("\n%" PRIu32 ". %zu keys: ", i + 1, finding->keys);
  print_names(finding);
  print_flags(&flags);
  for (size_t j = 0; j < audit->misplaced_count && shown < EXAMPLES; j++)
    if (audit->misplaced[j].finding == i) {
      print_key(audit, &audit->misplaced[j]);
      shown++;
    }
  if (finding->keys > shown) printf("   ... and %zu more\n", finding->keys - shown);
  free(flags.libraries);
}

void audit_print(const struct audit *audit, double seconds, bool standard) {
  size_t distinct = 0, spots = audit->spot_count;
  for (size_t i = 0; i < audit->dump->keys.count; i++) distinct += audit->firsts[i] != 0;
  printf("%zu keys in %zu places on %zu servers, read in %.1f s\n", distinct, spots,
         audit->places->count, seconds);
  if (audit->dump->options.sample)
    printf("a sample: about %" PRIu64 " keys of each server\n", audit->dump->options.sample);
  if (audit->dump->resumed) printf("gone on with the state of %s\n", audit->dump->resumed);
  printf("profile %s%s\n", polyring_ring_profile(audit->ring),
         standard ? " (nobody named another one by --profile)" : "");
  print_servers(audit);
  printf("\nmisplaced: %zu of %zu (%.4g %%); on two or more servers: %zu keys",
         audit->misplaced_count, spots,
         spots ? 100.0 * (double)audit->misplaced_count / (double)spots : 0.0, audit->doubles);
  if (audit->doubles) printf(", %zu of them on their own one too", audit->owned);
  putchar('\n');
  if (audit->unknown) printf("%zu keys that no client of this profile sends\n", audit->unknown);
  for (uint32_t i = 0; i < audit->finding_count; i++) print_finding(audit, i);
}

/* --- for programs --- */

static json_t *number(size_t value) { return json_integer((json_int_t)value); }

static json_t *texts(const struct words *words) {
  json_t *list = json_array();
  for (size_t i = 0; i < words->count; i++) json_array_append_new(list, json_text(words->items[i]));
  return list;
}

static void header_json(const struct audit *audit, FILE *file) {
  json_t *line = json_object();
  char *date = clock_date();
  json_put(line, "tool", json_text(TOOL " audit"));
  json_put(line, "version", json_text(POLYRING_VERSION));
  json_put(line, "date", json_text(date));
  json_put(line, "profile", json_text(polyring_ring_profile(audit->ring)));
  json_put(line, "servers", places_json(audit->places));
  if (audit->dump->options.sample)
    json_put(line, "sample", number((size_t)audit->dump->options.sample));
  if (audit->dump->resumed) json_put(line, "resumed", json_text(audit->dump->resumed));
  json_line(file, line);
  free(date);
}

static void server_json(const struct audit *audit, size_t i, FILE *file) {
  const struct source *source = &audit->dump->sources[i];
  json_t *line = json_object();
  json_put(line, "server", json_text(word_of(audit, i)));
  if (source->same_as != i) json_put(line, "same_as", json_text(word_of(audit, source->same_as)));
  json_put(line, "items", number((size_t)source->held));
  json_put(line, "keys", number(audit->at_home[i] + audit->strange[i]));
  json_put(line, "misplaced", number(audit->strange[i]));
  json_put(line, "unlisted", number(unlisted(audit, i)));
  json_put(line, "gone", number(source->gone));
  if (source->why) json_put(line, "why", json_text(source->why));
  if (source->note) json_put(line, "note", json_text(source->note));
  json_line(file, line);
}

/* How many of the names, the first one among them, place every key of this list alike. */
static size_t alike(const struct finding *finding) {
  size_t count = finding->names.count > 0;
  for (size_t i = 1; i < finding->names.count; i++) count += finding->groups[i] == 0;
  return count;
}

static void finding_json(const struct audit *audit, uint32_t i, FILE *file) {
  const struct finding *finding = &audit->findings[i];
  struct flags flags = flags_of(audit, i);
  json_t *line = json_object(), *counts = json_object();
  json_put(line, "finding", number(i + 1));
  json_put(line, "keys", number(finding->keys));
  json_put(line, "explained", number(finding->explained));
  json_put(line, "profiles", texts(&finding->names));
  json_put(line, "rows", number(finding->rows));
  json_put(line, "alike", number(alike(finding)));
  json_put(line, "chance", json_real(finding->chance));
  json_put(line, "by_luck", json_real(finding->by_luck));
  if (finding->nearest) json_put(line, "nearest", json_text(finding->nearest));
  if (finding->splitter) json_put(line, "splitter", json_text(finding->splitter));
  for (size_t f = 0; f < flags.count; f++) {
    char name[16];
    snprintf(name, sizeof name, "0x%" PRIx32, flags.values[f]);
    json_put(counts, name, number(flags.counts[f]));
  }
  json_put(line, "flags", counts);
  if (flags.libraries) {
    struct words words = words_split(flags.libraries);
    json_put(line, "libraries", texts(&words));
    free(words.items);
    free(flags.libraries);
  }
  json_line(file, line);
}

static char *date_of(int64_t seconds) {
  struct tm utc;
  char text[40] = "";
  time_t time = (time_t)seconds;
  if (gmtime_r(&time, &utc)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return copy(text);
}

static void key_json(const struct audit *audit, const struct misplaced *misplaced, FILE *file) {
  const struct dump_item *item = audit_item(audit, misplaced);
  json_t *line = json_object(), *also = json_array();
  char *key = key_of(audit, misplaced), *accessed = date_of(item->accessed);
  json_put(line, "key", json_text(key));
  json_put(line, "at", json_text(word_of(audit, misplaced->at)));
  json_put(
      line, "owner",
      misplaced->owner == NO_OWNER ? json_null() : json_text(word_of(audit, misplaced->owner)));
  json_put(line, "explained_by", number(misplaced->finding + 1));
  for (uint32_t i = audit->firsts[item->key]; i; i = audit->spots[i - 1].next)
    if (audit->spots[i - 1].at != misplaced->at)
      json_array_append_new(also, json_text(word_of(audit, audit->spots[i - 1].at)));
  json_put(line, "also", also);
  if (item->flags_state == FLAGS_READ) json_put(line, "flags", number(item->flags));
  json_put(line, "expires", json_integer(item->expires));
  json_put(line, "accessed", json_text(accessed));
  json_put(line, "class", number(item->class));
  json_put(line, "size", number(item->size));
  json_line(file, line);
  free(accessed);
  free(key);
}

void audit_json(const struct audit *audit, FILE *file, int code) {
  header_json(audit, file);
  for (size_t i = 0; i < audit->places->count; i++) server_json(audit, i, file);
  for (uint32_t i = 0; i < audit->finding_count; i++) finding_json(audit, i, file);
  for (size_t i = 0; i < audit->misplaced_count; i++) key_json(audit, &audit->misplaced[i], file);
  json_t *line = json_object();
  json_put(line, "places", number(audit->spot_count));
  json_put(line, "misplaced", number(audit->misplaced_count));
  json_put(line, "double", number(audit->doubles));
  json_put(line, "double_with_owner", number(audit->owned));
  json_put(line, "not_sent_by_profile", number(audit->unknown));
  json_put(line, "exit", json_integer(code));
  json_line(file, line);
}

void audit_list(const struct audit *audit, FILE *file) {
  for (size_t i = 0; i < audit->misplaced_count; i++) {
    const struct misplaced *misplaced = &audit->misplaced[i];
    char *key = key_of(audit, misplaced);
    fprintf(file, "%s\t%s\n", key, word_of(audit, misplaced->at));
    free(key);
  }
}
