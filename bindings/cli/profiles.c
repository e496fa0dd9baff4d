/* polyring profiles: the table of profiles, and what each is made of. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct profiles_arguments {
  char **names;
  size_t count;
  bool json;
} profiles_arguments;

typedef struct profile_list {
  polyring_profile **items;
  size_t count;
} profile_list;

static const struct argp_option option_list[] = {{"json", 'j', NULL, 0, "Print JSON", 0},
                                                 {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  profiles_arguments *arguments = state->input;
  (void)value;
  switch (key) {
    case 'j':
      arguments->json = true;
      return 0;
    case ARGP_KEY_ARGS:
      arguments->names = state->argv + state->next;
      arguments->count = (size_t)(state->argc - state->next);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static void list_free(profile_list *list) {
  for (size_t i = 0; i < list->count; i++) polyring_profile_free(list->items[i]);
  free(list->items);
}

/* The profiles that were named, or all. An unknown one is complained of, the rest go on. */
static bool list_open(profile_list *list, const profiles_arguments *arguments) {
  size_t wanted = arguments->count;
  if (wanted == 0)
    while (polyring_profile_name_at(wanted)) wanted++;
  list->count = 0;
  list->items = calloc(wanted + 1, sizeof *list->items);
  if (!list->items) {
    complain("no memory");
    return false;
  }
  bool fine = true;
  for (size_t i = 0; i < wanted; i++) {
    const char *name = arguments->count ? arguments->names[i] : polyring_profile_name_at(i);
    polyring_error error;
    if (polyring_profile_new(NULL, name, strlen(name), &list->items[list->count], &error) >= 0) {
      list->count++;
    } else {
      complain_of(&error, name, strlen(name));
      fine = false;
    }
  }
  return fine;
}

static json_t *columns_json(void) {
  json_t *columns = json_array();
  for (size_t c = 0; polyring_column_name(c); c++) {
    json_t *choices = json_array();
    for (size_t v = 0; polyring_column_choice(c, v); v++)
      json_array_append_new(choices, json_text(polyring_column_choice(c, v)));
    json_t *layouts = json_array();
    for (size_t v = 0; polyring_column_layout(c, v); v++)
      json_array_append_new(layouts, json_text(polyring_column_layout(c, v)));
    json_t *column = json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", json_text(polyring_column_name(c)),
                               "about", json_text(polyring_column_about(c)), "choices", choices,
                               "default", json_text(polyring_column_default(c)), "layouts",
                               layouts);
    uint32_t least, most;
    if (polyring_column_limits(c, &least, &most))
      json_object_set_new(column, "limits",
                          json_pack("[I, I]", (json_int_t)least, (json_int_t)most));
    json_array_append_new(columns, column);
  }
  return columns;
}

static json_t *profile_json(const polyring_profile *profile) {
  json_t *values = json_object();
  for (size_t c = 0; polyring_column_name(c); c++)
    json_object_set_new(values, polyring_column_name(c),
                        json_text(polyring_profile_value(profile, c)));
  return json_pack("{s:o, s:o, s:o, s:o}", "name", json_text(polyring_profile_name(profile)),
                   "alias", json_text(polyring_profile_alias(profile)), "about",
                   json_text(polyring_profile_about(profile)), "columns", values);
}

static bool print_json(const profile_list *list) {
  json_t *profiles = json_array();
  for (size_t i = 0; i < list->count; i++)
    json_array_append_new(profiles, profile_json(list->items[i]));
  return json_print(json_pack("{s:o, s:o}", "columns", columns_json(), "profiles", profiles),
                    JSON_INDENT(2));
}

static const char *const listed[] = {"name", "alias", "provenance", "layout", "hash", "about"};
#define LISTED_COUNT (sizeof listed / sizeof *listed)

static const char *listed_cell(const polyring_profile *profile, size_t column) {
  const char *title = listed[column];
  if (!profile) return title;
  if (strcmp(title, "name") == 0) return polyring_profile_name(profile);
  if (strcmp(title, "about") == 0) return polyring_profile_about(profile);
  if (strcmp(title, "alias") == 0) {
    const char *alias = polyring_profile_alias(profile);
    return *alias ? alias : "-";
  }
  return profile_column(profile, title);
}

static void print_table(const profile_list *list) {
  int width[LISTED_COUNT] = {0};
  for (size_t c = 0; c + 1 < LISTED_COUNT; c++)
    for (size_t row = 0; row <= list->count; row++) {
      int length = (int)strlen(listed_cell(row ? list->items[row - 1] : NULL, c));
      if (length > width[c]) width[c] = length;
    }
  for (size_t row = 0; row <= list->count; row++) {
    const polyring_profile *profile = row ? list->items[row - 1] : NULL;
    for (size_t c = 0; c + 1 < LISTED_COUNT; c++)
      printf("%-*s  ", width[c], listed_cell(profile, c));
    puts(listed_cell(profile, LISTED_COUNT - 1));
  }
}

static void print_profile(const polyring_profile *profile) {
  printf("%s\n", polyring_profile_name(profile));
  const char *alias = polyring_profile_alias(profile);
  if (*alias) printf("alias %s\n", alias);
  printf("%s\n\n", polyring_profile_about(profile));
  int name_width = 0, value_width = 0;
  for (size_t c = 0; polyring_column_name(c); c++) {
    int name = (int)strlen(polyring_column_name(c));
    int value = (int)strlen(polyring_profile_value(profile, c));
    if (name > name_width) name_width = name;
    if (value > value_width) value_width = value;
  }
  for (size_t c = 0; polyring_column_name(c); c++) {
    const char *value = polyring_profile_value(profile, c);
    printf("  %-*s  %-*s  %s\n", name_width, polyring_column_name(c), value_width,
           *value ? value : "-", polyring_column_about(c));
  }
}

int run_profiles(int argc, char **argv) {
  static const struct argp argp = {
      option_list,
      parse,
      "[PROFILE...]",
      "Lists the profiles: for each the client and configuration whose placement it is."
      "\v"
      "With a PROFILE (a name or an alias, and overrides such as libmemcached/modula,hash=crc): "
      "every column of it, its value and what it means.\n"
      "\n"
      "With --json: {\"columns\": [{\"name\", \"about\", \"choices\"}], \"profiles\": [{\"name\", "
      "\"alias\", \"about\", \"columns\": {name: value}}]}, all values as text.\n",
      NULL,
      NULL,
      NULL};
  profiles_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  profile_list list;
  bool fine = list_open(&list, &arguments);
  if (arguments.json && list.count) {
    fine = print_json(&list) && fine;
  } else if (arguments.count == 0) {
    print_table(&list);
  } else {
    for (size_t i = 0; i < list.count; i++) {
      if (i) putchar('\n');
      print_profile(list.items[i]);
    }
  }
  list_free(&list);
  return fine ? 0 : EXIT_BAD;
}
