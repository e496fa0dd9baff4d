/* polyring-check explain: why two configurations or profiles place keys otherwise. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "explain.h"
#include "json.h"
#include "options.h"
#include "progress.h"

struct input {
  const char *clients, *servers, *json, *cures, *consequences;
  bool all;
  struct words names;
};

/* What became of all pairs of rows. */
struct sums {
  size_t pairs, alike, refused, found, wanted, both, none;
};

enum { OPTION_CLIENTS = 256, OPTION_CURES, OPTION_CONSEQUENCES };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case OPTION_CLIENTS:
      input->clients = value;
      return 0;
    case OPTION_CURES:
      input->cures = value;
      return 0;
    case OPTION_CONSEQUENCES:
      input->consequences = value;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 'j':
      input->json = value;
      return 0;
    case 'a':
      input->all = true;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->names, value);
      return 0;
    case ARGP_KEY_END:
      if (input->names.count != (input->all ? 0 : 2))
        argp_error(state, input->all ? "--all takes no names"
                                     : "two configurations or profiles are to be given");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static int exit_of(const struct explanation *explanation) {
  if (!explanation->wanted->view->ring || !explanation->found->view->ring) return EXIT_NOTHING;
  return explanation->different + explanation->renamed ? EXIT_DIFFERS : EXIT_AGREED;
}

static int explain_pair(const struct input *input, struct explainer *explainer,
                        const struct clients *clients) {
  struct side sides[2];
  struct explanation explanation;
  for (int i = 0; i < 2; i++) {
    char *why = side_read(explainer, clients, input->names.items[i], &sides[i]);
    if (why) fail(EXIT_USAGE, "%s", why);
  }
  explain(explainer, &sides[0], &sides[1], true, &explanation);
  FILE *json = output_open(input->json);
  if (json != stdout) explanation_print(stdout, &explanation);
  if (json) json_line(json, explanation_json(&explanation));
  output_close(input->json, json);
  int code = exit_of(&explanation);
  explanation_done(&explanation);
  side_done(&sides[0]);
  side_done(&sides[1]);
  return code;
}

static void sums_add(struct sums *sums, const struct explanation *explanation) {
  bool found = false, wanted = false;
  for (size_t i = 0; i < explanation->remedy_count; i++) {
    found |= explanation->remedies[i].kind == MOVE_FOUND;
    wanted |= explanation->remedies[i].kind == MOVE_WANTED;
  }
  sums->pairs++;
  if (exit_of(explanation) == EXIT_NOTHING)
    sums->refused++;
  else if (explanation->alike >= ALIKE_TAKEN)
    sums->alike++;
  else if (found)
    sums->found++;
  else if (wanted)
    sums->wanted++;
  else if (explanation->remedy_count)
    sums->both++;
  else
    sums->none++;
}

static void explain_rows(struct explainer *explainer, const struct side *sides, size_t count,
                         size_t row, FILE *json, struct sums *sums) {
  for (size_t other = 0; other < count; other++) {
    struct explanation explanation;
    char *text;
    size_t size;
    if (other == row) continue;
    explain(explainer, &sides[row], &sides[other], false, &explanation);
    FILE *nowhere = open_memstream(&text, &size); /* that each can be printed is a part of it */
    explanation_print(nowhere, &explanation);
    fclose(nowhere);
    free(text);
    sums_add(sums, &explanation);
    if (json) json_line(json, explanation_json(&explanation));
    explanation_done(&explanation);
  }
  progress("%zu of %zu rows", row + 1, count);
}

/* Each row of the table as the wanted one, each other one as found. */
static int explain_all(const struct input *input, struct explainer *explainer,
                       const struct clients *clients) {
  struct sums sums = {0};
  size_t count = 0;
  while (polyring_profile_name_at(count)) count++;
  struct side *sides = zeroed(count, sizeof *sides);
  FILE *json = output_open(input->json);
  for (size_t i = 0; i < count; i++) {
    char *why = side_read(explainer, clients, polyring_profile_name_at(i), &sides[i]);
    if (why) fail(EXIT_USAGE, "%s", why);
  }
  for (size_t i = 0; i < count; i++) explain_rows(explainer, sides, count, i, json, &sums);
  progress_clear();
  for (size_t i = 0; i < count; i++) side_done(&sides[i]);
  free(sides);
  output_close(input->json, json);
  if (json != stdout)
    printf(
        "%zu pairs of rows: %zu alike, %zu cured by moving found, %zu by moving wanted, "
        "%zu by moving both, %zu by no setting; %zu with a row that refuses the list\n",
        sums.pairs, sums.alike, sums.found, sums.wanted, sums.both, sums.none, sums.refused);
  return sums.pairs > sums.refused ? EXIT_AGREED : EXIT_NOTHING;
}

int explain_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0,
       "The servers, as one blank-separated list (standard: four equal ones)", 0},
      {"json", 'j', "FILE", 0, "Write the explanation there, as a line of JSON", 0},
      {"all", 'a', NULL, 0, "Explain each pair of rows of the table, and print the sums", 0},
      {"clients", OPTION_CLIENTS, "FILE", 0, "The list of clients", 0},
      {"cures", OPTION_CURES, "FILE", 0, "The list of cures", 0},
      {"consequences", OPTION_CONSEQUENCES, "FILE", 0, "The list of consequences", 0},
      {0}};
  static const struct argp argp = {
      table,
      parse,
      "WANTED FOUND",
      "Says why FOUND does not place keys as WANTED does, what a shop sees of it, and what the "
      "clients concerned write to agree. Each is a configuration of a client or a profile. No "
      "client is run.",
      NULL,
      NULL,
      NULL};
  struct input input = {.servers = EXPLAIN_SERVERS};
  struct clients clients;
  struct places places;
  struct explainer explainer;
  options_parse(&argp, argc, argv, &input);
  clients_read(&clients, input.clients);
  option_servers(input.servers, &places);
  explainer_start(&explainer, &places, input.cures, input.consequences);
  int code = input.all ? explain_all(&input, &explainer, &clients)
                       : explain_pair(&input, &explainer, &clients);
  free(input.names.items);
  explainer_done(&explainer);
  places_done(&places);
  clients_done(&clients);
  return code;
}
