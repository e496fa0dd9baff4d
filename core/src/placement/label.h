/* Labels: the text that stands for a server on the ring, made from a template. */
#ifndef POLYRING__LABEL_H
#define POLYRING__LABEL_H

#include "placement/servers.h"

enum { POLYRING__TOKENS_MAX = 16 };

typedef enum polyring__token_kind {
  POLYRING__TOKEN_HOST,
  POLYRING__TOKEN_HOST_IN_BRACKETS,
  POLYRING__TOKEN_HOST_LONG,
  POLYRING__TOKEN_IP,
  POLYRING__TOKEN_IP_IN_BRACKETS,
  POLYRING__TOKEN_IP_LONG,
  POLYRING__TOKEN_IP_JAVA,
  POLYRING__TOKEN_HOST_AND_IP,
  POLYRING__TOKEN_HOST_SLASH_IP,
  POLYRING__TOKEN_PORT,
  POLYRING__TOKEN_PORT_UNLESS_DEFAULT,
  POLYRING__TOKEN_PORT_IF_GIVEN,
  POLYRING__TOKEN_NAME,
  POLYRING__TOKEN_NAME_OR_HOST,
  POLYRING__TOKEN_NAME_OR_HOST_IN_BRACKETS,
  POLYRING__TOKEN_PORT_UNLESS_NAMED,
  POLYRING__TOKEN_PORT_UNLESS_NAMED_OR_DEFAULT,
  POLYRING__TOKEN_COLON_UNLESS_NAMED,
  POLYRING__TOKEN_I,
  POLYRING__TOKEN_I_FROM_1,
  POLYRING__TOKEN_PREVIOUS,
  POLYRING__TOKEN_KEY,
  POLYRING__TOKEN_NUL,
  POLYRING__TOKEN_LITERAL
} polyring__token_kind;

/* A template, parsed once. The literals point into its text. */
typedef struct polyring__template {
  size_t count;
  struct {
    polyring__token_kind kind;
    polyring__span literal;
  } tokens[POLYRING__TOKENS_MAX];
} polyring__template;

/* OK or INVALID_PROFILE. */
polyring_status polyring__template_parse(polyring__span text, polyring__template *template,
                                         polyring_error *error);
/* How often a token occurs. */
size_t polyring__template_count(const polyring__template *template, polyring__token_kind kind);

/* What varies from label to label of one server. */
typedef struct polyring__label_input {
  const polyring__server *server;
  polyring__span no_port; /* what {port} is for a host without one */
  uint32_t i;
  uint32_t previous;
  polyring__span key;
} polyring__label_input;

/* Writes a label of at most POLYRING_LABEL_MAX bytes and a NUL into out, and returns its size;
 * POLYRING_NOWHERE if it is longer. */
size_t polyring__label_render(const polyring__template *template,
                              const polyring__label_input *input, uint8_t *out);

/* What the template asks for and the server does not give, in words that say what to write; NULL
 * if nothing is missing. */
const char *polyring__label_missing(const polyring__template *template,
                                    const polyring__server *server);

/* The text of {port}; digits has room for 8 bytes. */
polyring__span polyring__label_port(const polyring__label_input *input, char *digits);

#endif
