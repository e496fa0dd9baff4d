#define _POSIX_C_SOURCE 200809L /* inet_pton */
#include "placement/label.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "polyring/ring.h"

static const struct {
  const char *text;
  polyring__token_kind kind;
} tokens[] = {{"{host}", POLYRING__TOKEN_HOST},
              {"{[host]}", POLYRING__TOKEN_HOST_IN_BRACKETS},
              {"{host:long}", POLYRING__TOKEN_HOST_LONG},
              {"{ip}", POLYRING__TOKEN_IP},
              {"{[ip]}", POLYRING__TOKEN_IP_IN_BRACKETS},
              {"{ip:long}", POLYRING__TOKEN_IP_LONG},
              {"{ip:java}", POLYRING__TOKEN_IP_JAVA},
              {"{host/ip}", POLYRING__TOKEN_HOST_AND_IP},
              {"{/ip}", POLYRING__TOKEN_HOST_SLASH_IP},
              {"{port}", POLYRING__TOKEN_PORT},
              {"{:port!11211}", POLYRING__TOKEN_PORT_UNLESS_DEFAULT},
              {"{:port}", POLYRING__TOKEN_PORT_IF_GIVEN},
              {"{name}", POLYRING__TOKEN_NAME},
              {"{name|host}", POLYRING__TOKEN_NAME_OR_HOST},
              {"{name|[host]}", POLYRING__TOKEN_NAME_OR_HOST_IN_BRACKETS},
              {"{name|:port}", POLYRING__TOKEN_PORT_UNLESS_NAMED},
              {"{name|:port!11211}", POLYRING__TOKEN_PORT_UNLESS_NAMED_OR_DEFAULT},
              {"{name|:}", POLYRING__TOKEN_COLON_UNLESS_NAMED},
              {"{i}", POLYRING__TOKEN_I},
              {"{i+1}", POLYRING__TOKEN_I_FROM_1},
              {"{prev:le}", POLYRING__TOKEN_PREVIOUS},
              {"{key}", POLYRING__TOKEN_KEY},
              {"{nul}", POLYRING__TOKEN_NUL}};

/* The token that text begins with; *size gets its length. */
static polyring__token_kind token_at(polyring__span text, size_t *size) {
  for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
    *size = strlen(tokens[i].text);
    if (*size <= text.size && memcmp(text.at, tokens[i].text, *size) == 0) return tokens[i].kind;
  }
  const char *brace = memchr(text.at, '{', text.size);
  *size = brace ? (size_t)(brace - text.at) : text.size;
  return POLYRING__TOKEN_LITERAL;
}

polyring_status polyring__template_parse(polyring__span text, polyring__template *template,
                                         polyring_error *error) {
  template->count = 0;
  while (text.size) {
    size_t size;
    polyring__token_kind kind = token_at(text, &size);
    if (!size)
      return polyring__fail(error, POLYRING_INVALID_PROFILE, POLYRING_NOWHERE,
                            "%q is no token of a label (docs/placement.md lists them)", text.at,
                            text.size);
    if (template->count == POLYRING__TOKENS_MAX)
      return polyring__fail(error, POLYRING_INVALID_PROFILE, POLYRING_NOWHERE,
                            "a label has at most %u tokens", POLYRING__TOKENS_MAX);
    template->tokens[template->count].kind = kind;
    template->tokens[template->count++].literal = (polyring__span){text.at, size};
    text.at += size;
    text.size -= size;
  }
  return POLYRING_OK;
}

size_t polyring__template_count(const polyring__template *template, polyring__token_kind kind) {
  size_t count = 0;
  for (size_t i = 0; i < template->count; i++) count += template->tokens[i].kind == kind;
  return count;
}

const char *polyring__label_missing(const polyring__template *template,
                                    const polyring__server *server) {
  size_t needs_ip = 0;
  for (size_t i = 0; i < template->count; i++)
    needs_ip += template->tokens[i].kind >= POLYRING__TOKEN_IP &&
                template->tokens[i].kind <= POLYRING__TOKEN_HOST_SLASH_IP;
  if (needs_ip && !server->ip.size)
    return "this profile places keys by the address: write it beside the name, as in "
           "name/10.0.0.1:11211";
  if (polyring__template_count(template, POLYRING__TOKEN_NAME) && !server->name.size)
    return "this profile places keys by the server's name: write it in front, as in "
           "cache-a=10.0.0.1:11211";
  return NULL;
}

typedef struct writer {
  uint8_t *out;
  size_t size; /* what the label would need, were there room */
} writer;

static void put(writer *to, const void *bytes, size_t size) {
  if (size && to->size + size <= POLYRING_LABEL_MAX) memcpy(to->out + to->size, bytes, size);
  to->size += size;
}

/* An address as Java writes it: IPv6 in eight groups, in a socket address in brackets; one that
 * stands for an IPv4 address as that. */
static void put_java_ip(writer *to, polyring__span ip, int brackets) {
  uint8_t address[16];
  char text[64];
  const char *zone = memchr(ip.at, '%', ip.size);
  size_t size = zone ? (size_t)(zone - ip.at) : ip.size;
  snprintf(text, sizeof text, "%.*s", (int)(size < sizeof text ? size : 0), ip.at);
  if (inet_pton(AF_INET6, text, address) != 1) {
    put(to, ip.at, ip.size);
    return;
  }
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (memcmp(address, mapped, sizeof mapped) == 0) {
    size = (size_t)snprintf(text, sizeof text, "%u.%u.%u.%u", address[12], address[13], address[14],
                            address[15]);
    put(to, text, size);
    return;
  }
  for (int i = 0; i < 16; i += 2) {
    unsigned group = (unsigned)(address[i] << 8 | address[i + 1]);
    size = (size_t)snprintf(text, sizeof text, "%s%x", i ? ":" : brackets ? "[" : "", group);
    put(to, text, size);
  }
  if (zone) put(to, zone, (size_t)(ip.at + ip.size - zone));
  if (brackets) put(to, "]", 1);
}

static void put_host_and_ip(writer *to, const polyring__server *server, int always_slash) {
  if (server->ip_beside) put(to, server->host.at, server->host.size);
  if (server->ip_beside || always_slash) put(to, "/", 1);
  put_java_ip(to, server->ip, 1);
}

static void put_host(writer *to, const polyring__server *server, int brackets) {
  brackets = brackets && server->place == POLYRING__PLACE_IPV6;
  if (brackets) put(to, "[", 1);
  put(to, server->host.at, server->host.size);
  if (brackets) put(to, "]", 1);
}

polyring__span polyring__label_port(const polyring__label_input *input, char *digits) {
  const polyring__server *server = input->server;
  if (server->port == POLYRING__NO_PORT && server->place != POLYRING__PLACE_UNIX)
    return input->no_port;
  int port = server->port == POLYRING__NO_PORT ? 0 : server->port;
  return (polyring__span){digits, (size_t)snprintf(digits, 8, "%d", port)};
}

static void put_name_or_host(writer *to, const polyring__server *server, int brackets) {
  if (server->name.size)
    put(to, server->name.at, server->name.size);
  else
    put_host(to, server, brackets);
}

static void put_port(writer *to, const polyring__label_input *input, int unless_default) {
  char digits[8];
  polyring__span port = polyring__label_port(input, digits);
  if (unless_default) {
    if (!port.size || (port.size == 5 && memcmp(port.at, "11211", 5) == 0)) return;
    put(to, ":", 1);
  }
  put(to, port.at, port.size);
}

/* What stands between host and port, and the port, of a server that goes by its address. */
static void put_port_unless_named(writer *to, const polyring__label_input *input,
                                  polyring__token_kind kind) {
  if (input->server->name.size) return;
  if (kind != POLYRING__TOKEN_PORT_UNLESS_NAMED_OR_DEFAULT) put(to, ":", 1);
  if (kind != POLYRING__TOKEN_COLON_UNLESS_NAMED)
    put_port(to, input, kind == POLYRING__TOKEN_PORT_UNLESS_NAMED_OR_DEFAULT);
}

static void put_number(writer *to, uint32_t number) {
  char digits[16];
  put(to, digits, (size_t)snprintf(digits, sizeof digits, "%u", number));
}

static void put_token(writer *to, const polyring__label_input *input, polyring__token_kind kind,
                      polyring__span literal) {
  const polyring__server *server = input->server;
  uint8_t previous[4];
  int brackets;
  switch (kind) {
    case POLYRING__TOKEN_HOST:
    case POLYRING__TOKEN_HOST_IN_BRACKETS:
      put_host(to, server, kind == POLYRING__TOKEN_HOST_IN_BRACKETS);
      break;
    case POLYRING__TOKEN_IP:
      put(to, server->ip.at, server->ip.size);
      break;
    case POLYRING__TOKEN_IP_IN_BRACKETS:
      brackets = memchr(server->ip.at, ':', server->ip.size) != NULL;
      if (brackets) put(to, "[", 1);
      put(to, server->ip.at, server->ip.size);
      if (brackets) put(to, "]", 1);
      break;
    case POLYRING__TOKEN_IP_LONG:
    case POLYRING__TOKEN_IP_JAVA:
      put_java_ip(to, server->ip, kind == POLYRING__TOKEN_IP_JAVA);
      break;
    case POLYRING__TOKEN_HOST_LONG:
      put_java_ip(to, server->host, 0); /* leaves what is no IPv6 address alone */
      break;
    case POLYRING__TOKEN_HOST_AND_IP:
    case POLYRING__TOKEN_HOST_SLASH_IP:
      put_host_and_ip(to, server, kind == POLYRING__TOKEN_HOST_SLASH_IP);
      break;
    case POLYRING__TOKEN_PORT:
    case POLYRING__TOKEN_PORT_UNLESS_DEFAULT:
      put_port(to, input, kind == POLYRING__TOKEN_PORT_UNLESS_DEFAULT);
      break;
    case POLYRING__TOKEN_PORT_IF_GIVEN:
      if (server->port == POLYRING__NO_PORT) break;
      put(to, ":", 1);
      put_port(to, input, 0);
      break;
    case POLYRING__TOKEN_NAME:
      put(to, server->name.at, server->name.size);
      break;
    case POLYRING__TOKEN_NAME_OR_HOST:
    case POLYRING__TOKEN_NAME_OR_HOST_IN_BRACKETS:
      put_name_or_host(to, server, kind == POLYRING__TOKEN_NAME_OR_HOST_IN_BRACKETS);
      break;
    case POLYRING__TOKEN_PORT_UNLESS_NAMED:
    case POLYRING__TOKEN_PORT_UNLESS_NAMED_OR_DEFAULT:
    case POLYRING__TOKEN_COLON_UNLESS_NAMED:
      put_port_unless_named(to, input, kind);
      break;
    case POLYRING__TOKEN_I:
    case POLYRING__TOKEN_I_FROM_1:
      put_number(to, input->i + (kind == POLYRING__TOKEN_I_FROM_1));
      break;
    case POLYRING__TOKEN_PREVIOUS:
      for (int i = 0; i < 4; i++) previous[i] = (uint8_t)(input->previous >> 8 * i);
      put(to, previous, 4);
      break;
    case POLYRING__TOKEN_KEY:
      put(to, input->key.at, input->key.size);
      break;
    case POLYRING__TOKEN_NUL:
      put(to, "", 1);
      break;
    case POLYRING__TOKEN_LITERAL:
      put(to, literal.at, literal.size);
      break;
  }
}

size_t polyring__label_render(const polyring__template *template,
                              const polyring__label_input *input, uint8_t *out) {
  writer to = {out, 0};
  for (size_t t = 0; t < template->count; t++)
    put_token(&to, input, template->tokens[t].kind, template->tokens[t].literal);
  if (to.size > POLYRING_LABEL_MAX) return POLYRING_NOWHERE;
  out[to.size] = '\0';
  return to.size;
}
