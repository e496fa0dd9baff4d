#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "json.h"

static const char *shown(const char *value) { return *value ? value : "(empty)"; }

static void print_difference(FILE *file, const struct difference *difference) {
  fprintf(file, "  %-11s wanted  %s\n", difference->column, shown(difference->wanted));
  fprintf(file, "  %-11s found   %s\n", "", shown(difference->found));
  fprintf(file, "  %-11s %s\n", "", difference->consequence);
  if (difference->alone > 0)
    fprintf(file, "  %-11s By itself it moves %.1f %% of the keys here.\n", "",
            100 * difference->alone);
}

void explanation_print_columns(FILE *file, const struct explanation *explanation) {
  size_t one_sided = 0;
  bool idle = false;
  for (size_t i = 0; i < explanation->count; i++) {
    const struct difference *difference = &explanation->differences[i];
    one_sided += !difference->both;
    if (!difference->both) continue;
    if (difference->alone == 0 && !idle) {
      fputs("columns that differ, and by themselves move no key here\n", file);
      idle = true;
    } else if (i == 0) {
      fputs("columns that differ\n", file);
    }
    print_difference(file, difference);
  }
  if (!one_sided) return;
  fputs("columns that differ, and mean something in one of the two layouts only\n ", file);
  for (size_t i = 0; i < explanation->count; i++)
    if (!explanation->differences[i].both) fprintf(file, " %s", explanation->differences[i].column);
  fputc('\n', file);
}

/* What a cure leaves open. */
static void print_rest(FILE *file, const struct explanation *explanation, enum alike alike,
                       const char *profile, const char *wanted) {
  if (alike == ALIKE_NAME) return;
  struct explainer *explainer = (struct explainer *)explanation->explainer; /* views are a cache */
  const struct view *a = explainer_view(explainer, profile);
  const struct view *b = explainer_view(explainer, wanted);
  fprintf(file, "      which is %s: alike %s; other lists may differ by", profile,
          alike == ALIKE_LIST ? "on this list" : "on this list for each key that both take");
  for (size_t c = 0; polyring_column_name(c); c++)
    if (!column_is_idle(c) &&
        strcmp(polyring_profile_value(a->row, c), polyring_profile_value(b->row, c)))
      fprintf(file, " %s", polyring_column_name(c));
  fputc('\n', file);
}

static void print_cure(FILE *file, const char *lead, const struct cure *cure) {
  fprintf(file, "  %s%s writes (verified with %s, as %s):\n      %s\n", lead, cure->client,
          cure->version, cure->name, cure->setting);
}

static void print_remedy(FILE *file, const struct explanation *explanation,
                         const struct remedy *remedy, bool first) {
  const struct view *wanted = explanation->wanted->view, *found = explanation->found->view;
  const struct cure *cure = remedy->cure;
  if (remedy->kind == MOVE_BOTH) {
    fprintf(file, "  %smeet at %s:\n", first ? "" : "or ", remedy->other->profile);
    print_cure(file, "", cure);
    print_cure(file, "and ", remedy->other);
    print_rest(file, explanation, remedy->alike, cure->profile, remedy->other->profile);
    return;
  }
  print_cure(file, first ? "" : "or ", cure);
  print_rest(file, explanation, remedy->alike, cure->profile,
             remedy->kind == MOVE_FOUND ? wanted->name : found->name);
}

static void print_clients(FILE *file, const struct side *side) {
  if (!side->clients.count) fprintf(file, "any client of %s", side->view->name);
  for (size_t i = 0; i < side->clients.count; i++)
    fprintf(file, "%s%s", i ? ", " : "", side->clients.items[i]);
}

static bool cured(const struct explanation *explanation, enum remedy_kind kind) {
  for (size_t i = 0; i < explanation->remedy_count; i++)
    if (explanation->remedies[i].kind == kind) return true;
  return false;
}

static void print_hopeless(FILE *file, const struct side *moves, const struct side *stays) {
  fputs("  No known setting of ", file);
  print_clients(file, moves);
  fprintf(file, " leads to %s.\n", stays->view->name);
}

void explanation_print_cures(FILE *file, const struct explanation *explanation) {
  const struct view *wanted = explanation->wanted->view, *found = explanation->found->view;
  if (explanation->alike >= ALIKE_TAKEN || !wanted->ring || !found->ring) return;
  fputs("to agree\n", file);
  for (size_t i = 0; i < explanation->remedy_count; i++)
    print_remedy(file, explanation, &explanation->remedies[i], i == 0);
  if (!cured(explanation, MOVE_FOUND))
    print_hopeless(file, explanation->found, explanation->wanted);
  if (!cured(explanation, MOVE_WANTED))
    print_hopeless(file, explanation->wanted, explanation->found);
  if (!explanation->remedy_count) fputs("  No setting known here reconciles the two.\n", file);
  fprintf(file, "  %sput Polyring in the place of one: profile %s, or %s\n",
          explanation->remedy_count ? "or " : "", wanted->name, found->name);
}

static void print_counts(FILE *file, const struct explanation *explanation) {
  double all = (double)explanation->compared;
  if (!explanation->compared) return;
  fprintf(file, "keys    %zu of %zu differ: %.1f %% (two unrelated clients: %.1f %%)\n",
          explanation->different + explanation->renamed, explanation->compared,
          100 * (double)(explanation->different + explanation->renamed) / all,
          100 * explanation->chance);
  if (explanation->renamed)
    fprintf(file, "        %zu of them only in the name that they are stored under\n",
            explanation->renamed);
  if (explanation->only_wanted || explanation->only_found)
    fprintf(file, "        %zu more are refused by found alone, %zu by wanted alone\n",
            explanation->only_wanted, explanation->only_found);
}

static void print_side(FILE *file, const char *name, const struct side *side) {
  fprintf(file, "%-7s %s", name, side->view->name);
  if (strcmp(side->text, side->view->name)) fprintf(file, " (%s)", side->text);
  fputc('\n', file);
  if (side->view->refusal) fprintf(file, "        refuses the list: %s\n", side->view->refusal);
}

void explanation_print(FILE *file, const struct explanation *explanation) {
  static const char *const verdicts[] = {
      [ALIKE_NOT] = NULL,
      [ALIKE_TAKEN] = "alike on this list: each key that both take",
      [ALIKE_LIST] = "alike on this list: equal fingerprints",
      [ALIKE_NAME] = "alike: the same profile"};
  print_side(file, "wanted", explanation->wanted);
  print_side(file, "found", explanation->found);
  if (verdicts[explanation->alike]) fprintf(file, "%s\n", verdicts[explanation->alike]);
  print_counts(file, explanation);
  if (explanation->alike == ALIKE_NOT && explanation->compared && !explanation->trace)
    fputs("        other keys may: the fingerprints are not equal\n", file);
  explanation_print_columns(file, explanation);
  if (explanation->trace) fprintf(file, "the first key that differs\n%s", explanation->trace);
  explanation_print_cures(file, explanation);
}

static json_t *side_json(const struct side *side) {
  json_t *object = json_object(), *clients = json_array();
  for (size_t i = 0; i < side->clients.count; i++)
    json_array_append_new(clients, json_text(side->clients.items[i]));
  json_put(object, "given", json_text(side->text));
  json_put(object, "profile", json_text(side->view->name));
  json_put(object, "clients", clients);
  if (side->view->refusal) json_put(object, "refusal", json_text(side->view->refusal));
  if (side->view->ring) json_put(object, "fingerprint", json_text(side->view->fingerprint));
  return object;
}

static json_t *columns_json(const struct explanation *explanation) {
  json_t *list = json_array();
  for (size_t i = 0; i < explanation->count; i++) {
    const struct difference *difference = &explanation->differences[i];
    json_t *object = json_object();
    json_put(object, "column", json_text(difference->column));
    json_put(object, "wanted", json_text(difference->wanted));
    json_put(object, "found", json_text(difference->found));
    json_put(object, "consequence", json_text(difference->consequence));
    json_put(object, "both_layouts", json_boolean(difference->both));
    if (difference->alone >= 0) json_put(object, "alone", json_real(difference->alone));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *cure_json(const struct cure *cure) {
  json_t *object = json_object();
  json_put(object, "client", json_text(cure->client));
  json_put(object, "configuration", json_text(cure->name));
  json_put(object, "profile", json_text(cure->profile));
  json_put(object, "version", json_text(cure->version));
  json_put(object, "setting", json_text(cure->setting));
  return object;
}

static json_t *remedies_json(const struct explanation *explanation) {
  static const char *const kinds[] = {"found", "wanted", "both"};
  json_t *list = json_array();
  for (size_t i = 0; i < explanation->remedy_count; i++) {
    const struct remedy *remedy = &explanation->remedies[i];
    json_t *object = cure_json(remedy->cure);
    json_put(object, "moves", json_text(kinds[remedy->kind]));
    json_put(object, "alike", json_text(alike_name(remedy->alike)));
    if (remedy->other) json_put(object, "other", cure_json(remedy->other));
    json_array_append_new(list, object);
  }
  return list;
}

static void put_count(json_t *object, const char *name, size_t count) {
  json_put(object, name, json_integer((json_int_t)count));
}

json_t *explanation_json(const struct explanation *explanation) {
  const struct explainer *explainer = explanation->explainer;
  json_t *object = json_object(), *first = json_object();
  json_put(object, "wanted", side_json(explanation->wanted));
  json_put(object, "found", side_json(explanation->found));
  json_put(object, "servers", places_json(explainer->places));
  json_put(object, "alike", json_text(alike_name(explanation->alike)));
  put_count(object, "keys", explainer->keys.count);
  put_count(object, "compared", explanation->compared);
  put_count(object, "different", explanation->different);
  put_count(object, "renamed", explanation->renamed);
  put_count(object, "only_wanted", explanation->only_wanted);
  put_count(object, "only_found", explanation->only_found);
  json_put(object, "chance", json_real(explanation->chance));
  json_put(object, "columns", columns_json(explanation));
  if (explanation->trace) {
    char *key = keys_text(&explainer->keys, explanation->first);
    json_put(first, "key", json_text(key));
    put_count(first, "wanted", explanation->wanted->view->at[explanation->first]);
    put_count(first, "found", explanation->found->view->at[explanation->first]);
    json_put(first, "trace", json_text(explanation->trace));
    json_put(object, "first", json_incref(first));
    free(key);
  }
  json_decref(first);
  json_put(object, "cures", remedies_json(explanation));
  return object;
}
