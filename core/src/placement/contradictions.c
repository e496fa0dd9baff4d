/* Columns that contradict each other. Each rule names the column that a user would change. */
#include "base/error.h"
#include "placement/columns.h"
#include "placement/key.h"
#include "placement/label.h"
#include "polyring/profile.h"

typedef struct rule {
  int broken;
  const char *text;
} rule;

static polyring_status refuse(polyring_error *error, const char *text) {
  return polyring__fail(error, POLYRING_INVALID_PROFILE, POLYRING_NOWHERE, "%s", text);
}

static polyring_status apply(const rule *rules, size_t count, polyring_error *error) {
  for (size_t i = 0; i < count; i++)
    if (rules[i].broken) return refuse(error, rules[i].text);
  return POLYRING_OK;
}
#define APPLY(rules, error) apply(rules, sizeof(rules) / sizeof *(rules), error)

static int width(int hash) {
  unsigned words = polyring__hash_words(hash, POLYRING__BITS_32);
  return words > 2 ? 128 : (int)words * 32;
}

static int is_affix(polyring__span column, size_t max) {
  polyring__affix affix;
  return polyring__affix_read(column, max, &affix);
}

static polyring_status check_key(const polyring__columns *c, polyring_error *error) {
  uint8_t refused[32];
  polyring__affix tag;
  int tag_reads = polyring__affix_read(c->tag, 2, &tag);
  int utf16_units =
      c->text == POLYRING__KEY_TEXT_UTF16 && polyring__hash_takes_units((int)c->hash);
  if (polyring__refuse_parse(c->refuse, refused) != POLYRING_NOWHERE)
    return polyring__fail(error, POLYRING_INVALID_PROFILE, POLYRING_NOWHERE,
                          "%q is no value of column refuse: it takes bytes or ranges in "
                          "hexadecimal, joined by +, such as 00-20+7f",
                          c->refuse.at, c->refuse.size);
  const rule rules[] = {
      {!is_affix(c->prefix, POLYRING__PREFIX_MAX),
       "column prefix takes at most 250 bytes, percent-encoded"},
      {!is_affix(c->stop, POLYRING__AFFIX_MAX),
       "column stop takes at most 64 bytes, percent-encoded"},
      {!is_affix(c->suffix, POLYRING__AFFIX_MAX),
       "column suffix takes at most 64 bytes, percent-encoded"},
      {!is_affix(c->seed, POLYRING__PREFIX_MAX),
       "column seed takes at most 250 bytes, percent-encoded"},
      {!tag_reads || (tag.size && tag.size != 2), "column tag takes two bytes, such as {}"},
      {c->empty_tag && !c->tag.size, "column empty_tag needs column tag"},
      {c->empty_stop && !c->stop.size, "column empty_stop needs column stop"},
      {c->heavy_when && !c->heavy.size, "column heavy_when needs column heavy"},
      {c->suffix.size && utf16_units, "column suffix has no place behind UTF-16 units"},
      {c->text == POLYRING__KEY_TEXT_UTF16 && c->layout == POLYRING__LAYOUT_RENDEZVOUS,
       "column text: utf16 has no place in the labels of the rendezvous layout"},
  };
  return APPLY(rules, error);
}

static polyring_status check_hash(const polyring__columns *c, polyring_error *error) {
  int hash = (int)c->hash, points = polyring__columns_point_hash(c);
  int bits = c->bits == POLYRING__BITS_128 ? 128 : c->bits == POLYRING__BITS_64 ? 64 : 32;
  int own_scale = c->layout == POLYRING__LAYOUT_RENDEZVOUS || c->layout == POLYRING__LAYOUT_FURC;
  int narrow_fold = c->fold == POLYRING__FOLD_SLOTS || c->fold == POLYRING__FOLD_MIDDLE ||
                    c->fold == POLYRING__FOLD_MIDDLE_OR_ONE || c->fold == POLYRING__FOLD_LOW31;
  int mixed = c->layout == POLYRING__LAYOUT_FURC || c->score == POLYRING__SCORE_MIX;
  const rule rules[] = {
      {bits > width(hash) || bits > width(points), "column bits is above what the hash gives"},
      {bits == 128 && !polyring__columns_use_labels(c), "column bits: 128 needs a layout of labels"},
      {c->byte_order == POLYRING__ORDER_HALVES && bits < 128,
       "column byte_order: halves needs bits=128"},
      {c->fold && (bits == 128 || own_scale), "column fold means nothing in this layout"},
      {narrow_fold && bits > 32, "column fold: this value needs bits=32"},
      {mixed && hash != POLYRING__HASH_MURMUR64A, "column hash must be murmur64a here"},
      {c->words > polyring__hash_words(points, (polyring__bits)c->bits),
       "column words is above what the point hash gives"},
      {c->points % c->words, "column points is no multiple of column words"},
  };
  return APPLY(rules, error);
}

static polyring_status check_servers(const polyring__columns *c, polyring_error *error) {
  uint32_t layout = c->layout, weights = c->weights;
  int slots = layout == POLYRING__LAYOUT_BUCKETS || c->fold == POLYRING__FOLD_SLOTS;
  int ring_weights = weights >= POLYRING__WEIGHTS_TIMES && weights <= POLYRING__WEIGHTS_SHARE_DOUBLE;
  int mix = c->score == POLYRING__SCORE_MIX;
  int weighted = polyring__columns_use_weights(c);
  int ordered = c->order == POLYRING__SERVER_ORDER_BYTES ||
                c->order == POLYRING__SERVER_ORDER_LENGTH ||
                c->order == POLYRING__SERVER_ORDER_NATURAL;
  int may_be_fractions = weights == POLYRING__WEIGHTS_TIMES ||
                         weights == POLYRING__WEIGHTS_SHARE_LEFT ||
                         weights == POLYRING__WEIGHTS_SHARE_DOUBLE ||
                         (weights == POLYRING__WEIGHTS_SCORE && mix) ||
                         weights == POLYRING__WEIGHTS_CHANCE;
  const rule rules[] = {
      {c->slots && !slots, "column slots needs the buckets layout, or fold=slots"},
      {!c->slots && c->fold == POLYRING__FOLD_SLOTS, "column fold: slots needs column slots"},
      {ring_weights && layout != POLYRING__LAYOUT_RING, "column weights: this value needs a ring"},
      {weights == POLYRING__WEIGHTS_REPEAT && layout != POLYRING__LAYOUT_MODULO &&
           layout != POLYRING__LAYOUT_BUCKETS && (layout != POLYRING__LAYOUT_RENDEZVOUS || mix),
       "column weights: repeat needs slots, buckets or labels to repeat"},
      {weights == POLYRING__WEIGHTS_SCORE &&
           (layout != POLYRING__LAYOUT_RENDEZVOUS || (!mix && c->bits != POLYRING__BITS_64)),
       "column weights: score needs the rendezvous layout and bits=64"},
      {weights == POLYRING__WEIGHTS_CHANCE && layout != POLYRING__LAYOUT_FURC,
       "column weights: chance needs the furc layout"},
      {c->no_weight && !weighted, "column no_weight means nothing where weights do not count"},
      {c->zero_weight && !weighted, "column zero_weight means nothing where weights do not count"},
      {c->fractions && !may_be_fractions, "column fractions: the weights of this profile are whole"},
      {c->no_weight == POLYRING__NO_WEIGHT_HALF && weights != POLYRING__WEIGHTS_CHANCE && !mix,
       "column no_weight: half needs weights=chance or score=mix"},
      {!ordered && !polyring__span_is(c->order_by, "{host}:{port}"), "column order_by needs column order"},
      {c->equal == POLYRING__EQUAL_CYCLE && layout != POLYRING__LAYOUT_RING,
       "column equal: cycle needs a ring"},
      {c->equal == POLYRING__EQUAL_LABEL_HASH && (layout != POLYRING__LAYOUT_RENDEZVOUS || mix),
       "column equal: label_hash needs the rendezvous layout"},
  };
  return APPLY(rules, error);
}

/* Labels that have what their layout needs, and nothing that it cannot give. */
static polyring_status check_template(const polyring__columns *c, polyring__span text,
                                      int is_order, polyring_error *error) {
  polyring__template template;
  if (!text.size) return POLYRING_OK;
  polyring_status status = polyring__template_parse(text, &template, error);
  if (status < 0) return status;
  size_t keys = polyring__template_count(&template, POLYRING__TOKEN_KEY);
  size_t previous = polyring__template_count(&template, POLYRING__TOKEN_PREVIOUS);
  size_t numbers = polyring__template_count(&template, POLYRING__TOKEN_I) +
                   polyring__template_count(&template, POLYRING__TOKEN_I_FROM_1);
  int ring = c->layout == POLYRING__LAYOUT_RING;
  int keyed = !is_order && c->layout == POLYRING__LAYOUT_RENDEZVOUS && !c->score;
  const rule rules[] = {
      {keyed && keys != 1, "column label: the rendezvous layout needs {key} once"},
      {!keyed && keys, "column label: {key} needs the rendezvous layout"},
      {is_order && (numbers || previous), "column order_by cannot have {i} or {prev:le}"},
      {previous && (!ring || c->bits != POLYRING__BITS_32),
       "column label: {prev:le} needs a ring of 32 bits"},
  };
  return APPLY(rules, error);
}

static polyring_status check_labels(const polyring__columns *c, polyring_error *error) {
  const polyring__span labels[] = {c->label, c->next_label, c->unix_label};
  polyring_status status = check_template(c, c->order_by, 1, error);
  for (size_t i = 0; i < sizeof labels / sizeof *labels && status >= 0; i++)
    status = check_template(c, labels[i], 0, error);
  if (status < 0) return status;
  return polyring__columns_use_labels(c) && !c->label.size
             ? refuse(error, "column label is empty, and this layout places servers by labels")
             : POLYRING_OK;
}

/* A column that means nothing in the layout has to be left alone. */
static polyring_status check_layout(const polyring__columns *c, polyring_error *error) {
  char number[16], usual_number[16];
  for (size_t i = 0; polyring_column_name(i); i++) {
    if (polyring__column_applies(i, c->layout)) continue;
    polyring__span value = polyring__columns_text(c, i, number);
    polyring__span usual = polyring__columns_text(&polyring__columns_default, i, usual_number);
    if (polyring__span_equals(value, usual)) continue;
    return polyring__fail(error, POLYRING_INVALID_PROFILE, POLYRING_NOWHERE,
                          "column %s means nothing in this layout, and cannot be %q",
                          polyring_column_name(i), value.at, value.size);
  }
  return POLYRING_OK;
}

static polyring_status check_heavy(const polyring__columns *c, polyring_error *error) {
  if (!c->heavy.size) return POLYRING_OK;
  polyring__columns heavy = *c;
  heavy.heavy.size = 0;
  heavy.heavy_when = 0;
  polyring_status status = polyring__columns_override(&heavy, c->heavy, ';', 0, error);
  if (status >= 0 && heavy.heavy.size)
    status = refuse(error, "column heavy cannot set column heavy");
  if (status >= 0) status = polyring__columns_check(&heavy, error);
  if (status < 0 && error) error->position = POLYRING_NOWHERE; /* it counted inside the column */
  return status;
}

polyring_status polyring__columns_check(const polyring__columns *columns, polyring_error *error) {
  polyring_status status = check_layout(columns, error);
  if (status >= 0) status = check_key(columns, error);
  if (status >= 0) status = check_hash(columns, error);
  if (status >= 0) status = check_servers(columns, error);
  if (status >= 0) status = check_labels(columns, error);
  return status < 0 ? status : check_heavy(columns, error);
}
