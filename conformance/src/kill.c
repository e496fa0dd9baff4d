#include "kill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "json.h"
#include "kill_mutants.h"
#include "kill_row.h"
#include "progress.h"

#define EQUIVALENTS_MAX 40

/* A line of the list of mutants that no vector can notice. */
struct equivalent {
  char *profile, *mutant;
  bool run, needed; /* whether its profile is; whether it survives */
};

struct matrix {
  const struct kill_options *options;
  char *folder, *equivalent_path;
  struct equivalent equivalents[EQUIVALENTS_MAX];
  size_t equivalent_count;
  size_t totals[KILL_OUTCOMES], rows, without, unfit;
  FILE *json;
  bool quiet; /* the lines of JSON go to standard output */
};

static const char *const outcomes[] = {[CANNOT_APPLY] = "cannot apply",
                                       [NO_EFFECT] = "no effect",
                                       [KILLED] = "killed",
                                       [SURVIVES] = "survives",
                                       [EQUIVALENT] = "equivalent"};

static void read_equivalent(struct matrix *matrix, char *line, size_t number) {
  if (line[strspn(line, " \t\r")] == '#') return;
  struct words words = words_split(line);
  if (words.count > 0 && words.count < 3)
    fail(EXIT_USAGE, "%s:%zu: a line is PROFILE COLUMN=VALUE PROOF", matrix->equivalent_path,
         number);
  if (words.count) {
    if (matrix->equivalent_count == EQUIVALENTS_MAX)
      fail(EXIT_USAGE, "%s:%zu: no more than %d lines", matrix->equivalent_path, number,
           EQUIVALENTS_MAX);
    matrix->equivalents[matrix->equivalent_count++] =
        (struct equivalent){copy(words.items[0]), copy(words.items[1]), false, false};
  }
  free(words.items);
}

static void read_equivalents(struct matrix *matrix) {
  size_t size, number = 0;
  char *text = file_read(matrix->equivalent_path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", matrix->equivalent_path, strerror(errno));
  while ((line = strsep(&rest, "\n"))) read_equivalent(matrix, line, ++number);
  free(text);
}

static bool is_equivalent(struct matrix *matrix, const char *profile, const char *mutant) {
  for (size_t i = 0; i < matrix->equivalent_count; i++) {
    struct equivalent *one = &matrix->equivalents[i];
    if (strcmp(one->profile, profile) || strcmp(one->mutant, mutant)) continue;
    return one->needed = true;
  }
  return false;
}

static void mark_run(struct matrix *matrix, const char *profile) {
  for (size_t i = 0; i < matrix->equivalent_count; i++)
    if (!strcmp(matrix->equivalents[i].profile, profile)) matrix->equivalents[i].run = true;
}

static void write_json(struct matrix *matrix, const char *profile, const char *mutant,
                       const struct kill_verdict *verdict) {
  if (!matrix->json) return;
  json_t *line = json_object();
  json_put(line, "profile", json_text(profile));
  json_put(line, "mutant", json_text(mutant));
  json_put(line, "outcome", json_text(outcomes[verdict->outcome]));
  if (verdict->topology) json_put(line, "topology", json_text(verdict->topology));
  if (verdict->by) json_put(line, "by", json_text(verdict->by));
  json_line(matrix->json, line);
}

/* Whether the mutant's contradictions are refused at once. */
static bool is_profile(const char *profile, const char *mutant) {
  polyring_profile *parsed;
  char *text = format("%s,%s", profile, mutant);
  polyring_profile_new(NULL, text, strlen(text), &parsed, NULL);
  bool sound = parsed != NULL;
  polyring_profile_free(parsed);
  free(text);
  return sound;
}

/* A line under that of its row. */
static void print_mutant(const struct matrix *matrix, const char *mutant,
                         const struct kill_verdict *verdict) {
  bool wanted =
      verdict->outcome == SURVIVES || (matrix->options->table && verdict->outcome != KILLED);
  if (!wanted || matrix->quiet) return;
  progress_clear();
  printf("  %-12s %s", outcomes[verdict->outcome], mutant);
  if (verdict->by) printf(": %s would kill it on %s", verdict->by, verdict->topology);
  putchar('\n');
}

static void print_counts(const struct matrix *matrix, const char *name, const size_t *counts) {
  size_t all = 0;
  for (int o = 0; o < KILL_OUTCOMES; o++) all += counts[o];
  progress_clear();
  if (!matrix->quiet)
    printf("%-34s %7zu %12zu %9zu %7zu %10zu %9zu\n", name, all, counts[CANNOT_APPLY],
           counts[NO_EFFECT], counts[KILLED], counts[EQUIVALENT], counts[SURVIVES]);
}

static void run_row(struct matrix *matrix, const polyring_profile *profile) {
  const char *name = polyring_profile_name(profile);
  size_t counts[KILL_OUTCOMES] = {0};
  struct kill_row row;
  kill_row_open(&row, name, matrix->folder);
  matrix->rows++;
  mark_run(matrix, name);
  if (!row.count) {
    matrix->without++;
    matrix->unfit += row.unfit;
    progress_clear();
    if (!matrix->quiet) printf("%-34s no vectors\n", name);
    kill_row_close(&row);
    return;
  }
  struct words mutants = mutants_of(profile);
  struct kill_verdict *verdicts = zeroed(mutants.count, sizeof(*verdicts));
  for (size_t m = 0; m < mutants.count; m++) {
    progress("%s: %zu of %zu", name, m, mutants.count);
    if (is_profile(name, mutants.items[m])) verdicts[m] = kill_row_judge(&row, mutants.items[m]);
    if (verdicts[m].outcome == SURVIVES && is_equivalent(matrix, name, mutants.items[m]))
      verdicts[m].outcome = EQUIVALENT;
    counts[verdicts[m].outcome]++;
    matrix->totals[verdicts[m].outcome]++;
    write_json(matrix, name, mutants.items[m], &verdicts[m]);
  }
  print_counts(matrix, name, counts);
  for (size_t m = 0; m < mutants.count; m++) {
    print_mutant(matrix, mutants.items[m], &verdicts[m]);
    free(verdicts[m].by);
    free(mutants.items[m]);
  }
  free(verdicts);
  free(mutants.items);
  matrix->unfit += row.unfit;
  kill_row_close(&row);
}

static void run_named(struct matrix *matrix, const char *name) {
  polyring_profile *profile;
  polyring_error error;
  if (polyring_profile_new(NULL, name, strlen(name), &profile, &error) < 0)
    fail(EXIT_USAGE, "%s", error.text);
  run_row(matrix, profile);
  polyring_profile_free(profile);
}

/* What is listed for nothing. */
static size_t print_needless(const struct matrix *matrix) {
  size_t needless = 0;
  for (size_t i = 0; i < matrix->equivalent_count; i++) {
    const struct equivalent *one = &matrix->equivalents[i];
    if (one->needed || !one->run) continue;
    fprintf(stderr, "%s: %s %s is not needed any more\n", matrix->equivalent_path, one->profile,
            one->mutant);
    needless++;
  }
  return needless;
}

static void open_matrix(struct matrix *matrix) {
  struct folders folders;
  folders_find(&folders);
  const char *json = matrix->options->json, *list = matrix->options->equivalent;
  matrix->folder = copy(matrix->options->vectors ? matrix->options->vectors : folders.vectors);
  matrix->equivalent_path = list ? copy(list) : format("%s/../equivalent.list", folders.adapters);
  folders_done(&folders);
  read_equivalents(matrix);
  matrix->json = output_open(json);
  matrix->quiet = matrix->json == stdout;
}

int kill_run(const struct kill_options *options) {
  struct matrix matrix = {.options = options};
  const char *name;
  open_matrix(&matrix);
  if (!matrix.quiet)
    printf("%-34s %7s %12s %9s %7s %10s %9s\n", "profile", "mutants", "cannot apply", "no effect",
           "killed", "equivalent", "survivors");
  if (options->profile)
    run_named(&matrix, options->profile);
  else
    for (size_t i = 0; (name = polyring_profile_name_at(i)); i++) run_named(&matrix, name);
  print_counts(&matrix, "all", matrix.totals);
  size_t needless = print_needless(&matrix);
  if (!matrix.quiet)
    printf("%zu profiles, %zu without vectors, %zu survivors, %zu needless lines\n", matrix.rows,
           matrix.without, matrix.totals[SURVIVES], needless);
  output_close(options->json, matrix.json);
  for (size_t i = 0; i < matrix.equivalent_count; i++) {
    free(matrix.equivalents[i].profile);
    free(matrix.equivalents[i].mutant);
  }
  free(matrix.equivalent_path);
  free(matrix.folder);
  if (matrix.unfit) return EXIT_USAGE;
  return matrix.without || matrix.totals[SURVIVES] || needless ? EXIT_DIFFERS : EXIT_AGREED;
}
