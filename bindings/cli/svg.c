/* A picture of a ring: the circle of points, coloured by server, and a bar for each share. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define BARS_MAX SVG_COLOURS /* more servers: the largest and the smallest, and one bar between */
#define BARS_LARGEST 10
#define GROUP_COLOUR BARS_MAX
#define ARCS_MAX 4096 /* finer arcs could not be seen: beyond it the circle is sampled */
#define LABEL_CHARS 26

#define WIDTH 1080
#define MARGIN 40
#define TOP 112         /* where the plots begin */
#define PLOT_HEIGHT 400 /* at least */
#define BOTTOM 96
#define CENTRE_X 240.0
#define RADIUS 146.0 /* inside the ring */
#define ARC_WIDTH 44.0
#define VALUE_WIDTH 118
#define LABEL_CHAR_WIDTH 7.25

typedef struct bar {
  size_t count;    /* servers that it stands for */
  size_t server;   /* the server, if it is one */
  double share;    /* a group's bar shows the mean */
  double min, max; /* shares within the group */
  double fair;
} share_bar;

typedef struct arc {
  double from, to; /* in turns; from may be negative */
  size_t server;
} ring_arc;

typedef struct picture {
  FILE *out;
  const ring_view *view;
  share_bar bars[BARS_MAX];
  size_t bar_count;
  uint8_t *colours; /* of each server */
  ring_arc *arcs;
  size_t arc_count;
  double height, middle; /* of the picture; of the plots */
} picture;

/* --- what is shown --- */

typedef struct ranked {
  double share;
  size_t server;
} ranked;

static int by_share(const void *left, const void *right) {
  const ranked *a = left, *b = right;
  if (a->share != b->share) return a->share > b->share ? -1 : 1;
  return a->server < b->server ? -1 : 1;
}

static share_bar bar_of(const ring_view *view, const ranked *servers, size_t count) {
  share_bar bar = {count, servers[0].server, 0, INFINITY, 0, 0};
  for (size_t i = 0; i < count; i++) {
    double share = servers[i].share;
    bar.share += share / (double)count;
    bar.fair += view->servers[servers[i].server].fair / (double)count;
    bar.min = fmin(bar.min, share);
    bar.max = fmax(bar.max, share);
  }
  return bar;
}

/* Few servers are shown in the order of the list; of many, the extremes are what matters. */
static bool choose_bars(picture *self) {
  const ring_view *view = self->view;
  size_t count = view->server_count;
  ranked *order = malloc(count * sizeof *order);
  self->colours = malloc(count);
  if (order && self->colours) {
    for (size_t i = 0; i < count; i++) order[i] = (ranked){view->servers[i].share, i};
    bool grouped = count > BARS_MAX;
    if (grouped) qsort(order, count, sizeof *order, by_share);
    memset(self->colours, GROUP_COLOUR, count);
    for (size_t at = 0; at < count;) {
      size_t taken = grouped && at == BARS_LARGEST ? count - BARS_MAX + 1 : 1;
      if (taken == 1) self->colours[order[at].server] = (uint8_t)self->bar_count;
      self->bars[self->bar_count++] = bar_of(view, order + at, taken);
      at += taken;
    }
  }
  free(order);
  return order != NULL && self->colours != NULL;
}

static void add_arc(picture *self, double from, double to, size_t server) {
  ring_arc *last = self->arc_count ? &self->arcs[self->arc_count - 1] : NULL;
  if (last && last->server == server && last->to == from)
    last->to = to;
  else if (to > from)
    self->arcs[self->arc_count++] = (ring_arc){from, to, server};
}

static double turn_of(const ring_view *view, size_t i, uint16_t *server) {
  polyring_number point = polyring_ring_point(view->ring, i, server);
  unsigned bits = polyring_ring_point_bits(view->ring);
  return bits == 128 ? ldexp((double)point.high, -64) : ldexp((double)point.low, -(int)bits);
}

/* A point rules from the point before it up to itself, or, where the search goes down, from
 * itself up to the point after it. */
static void find_arcs(picture *self, bool downward) {
  const ring_view *view = self->view;
  size_t count = view->point_count;
  uint16_t server, before_server;
  double before = turn_of(view, count - 1, &before_server) - 1;
  for (size_t i = 0; i < count; i++) {
    double turn = turn_of(view, i, &server);
    add_arc(self, before, turn, downward ? before_server : server);
    before = turn;
    before_server = server;
  }
}

static void sample_arcs(picture *self, bool downward) {
  const ring_view *view = self->view;
  uint16_t server, last;
  turn_of(view, view->point_count - 1, &last);
  size_t next = 0; /* the first point beyond the sample */
  for (size_t i = 0; i < ARCS_MAX; i++) {
    while (next < view->point_count && turn_of(view, next, &server) < (i + 0.5) / ARCS_MAX) next++;
    if (downward)
      turn_of(view, next ? next - 1 : view->point_count - 1, &server);
    else
      turn_of(view, next % view->point_count, &server);
    add_arc(self, (double)i / ARCS_MAX, (i + 1.0) / ARCS_MAX, server);
  }
}

static bool choose_arcs(picture *self) {
  size_t points = self->view->point_count;
  if (points == 0) return true;
  self->arcs = malloc(ARCS_MAX * sizeof *self->arcs);
  if (!self->arcs) return false;
  bool downward = strcmp(profile_column(self->view->profile, "search"), "floor") == 0;
  if (points <= ARCS_MAX)
    find_arcs(self, downward);
  else
    sample_arcs(self, downward);
  return true;
}

/* --- drawing --- */

void svg_put_escaped(FILE *out, const char *text) {
  char shown[1200];
  for (const char *c = printable(text, strlen(text), shown, sizeof shown); *c; c++) {
    switch (*c) {
      case '&':
        fputs("&amp;", out);
        break;
      case '<':
        fputs("&lt;", out);
        break;
      case '>':
        fputs("&gt;", out);
        break;
      default:
        fputc(*c, out);
    }
  }
}

/* Long labels lose their middle: both ends tell servers apart more often. */
static void put_label(FILE *out, const char *server) {
  size_t size = strlen(server), half = LABEL_CHARS / 2;
  if (size <= LABEL_CHARS) {
    svg_put_escaped(out, server);
    return;
  }
  char head[LABEL_CHARS];
  snprintf(head, sizeof head, "%.*s", (int)half - 1, server);
  svg_put_escaped(out, head);
  fputs("…", out);
  svg_put_escaped(out, server + size - half);
}

void svg_put_style(FILE *out) {
  static const char *const light[] = {"#4c78d0", "#e8833a", "#3c9d66", "#d9556f", "#2b9fb0",
                                      "#c99a17", "#8a63cf", "#d66fb4", "#9a6b4f", "#7da52f",
                                      "#2f4f96", "#a85a1b", "#22694a", "#9c3350", "#176b78",
                                      "#86660f", "#593a94", "#96407a", "#64432f", "#4f701b"};
  static const char *const dark[] = {"#6e96ea", "#f09a58", "#55b881", "#ea7388", "#46b9c9",
                                     "#dcb23c", "#a583e3", "#e58cc8", "#b98a6d", "#98c04a",
                                     "#a9c1f5", "#f7c79f", "#9cdcb8", "#f5b3bf", "#98dde6",
                                     "#eedb9a", "#d0bdf4", "#f3c3e3", "#d9bda9", "#c8e097"};
  fputs(
      "<style>\n"
      "text{font-family:system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"DejaVu Sans\","
      "sans-serif;font-size:13px;fill:#1c2330}\n"
      ".title{font-size:23px;font-weight:600}.big{font-size:34px;font-weight:600}\n"
      ".label{font-family:ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;"
      "font-size:12px}\n"
      ".muted{fill:#626c7a}.end{text-anchor:end}.middle{text-anchor:middle}\n"
      ".page{fill:#ffffff}.rail{fill:#eef0f4}.tick{stroke:#8b95a3}\n"
      ".mark{stroke:#1c2330;stroke-width:2}\n",
      out);
  for (size_t i = 0; i < BARS_MAX; i++)
    fprintf(out, ".c%zu{fill:%s;stroke:%s}", i, light[i], light[i]);
  fprintf(out, ".c%d{fill:#b3bac5;stroke:#b3bac5}\n", GROUP_COLOUR);
  fputs(
      "@media (prefers-color-scheme:dark){\n"
      "text{fill:#e6eaf0}.muted{fill:#98a3b1}.page{fill:#12161c}.rail{fill:#222933}\n"
      ".tick{stroke:#6b7685}.mark{stroke:#f2f5f9}\n",
      out);
  for (size_t i = 0; i < BARS_MAX; i++)
    fprintf(out, ".c%zu{fill:%s;stroke:%s}", i, dark[i], dark[i]);
  fprintf(out, ".c%d{fill:#5a6472;stroke:#5a6472}}\n", GROUP_COLOUR);
  /* The thin stroke closes the seams between neighbours. */
  fputs(".arc{stroke-width:.4}.bar{stroke:none}\n</style>\n", out);
}

static void put_head(const picture *self) {
  const ring_view *view = self->view;
  FILE *out = self->out;
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
          "height=\"%.0f\" role=\"img\" aria-labelledby=\"title about\">\n<title id=\"title\">",
          WIDTH, self->height, WIDTH, self->height);
  svg_put_escaped(out, polyring_profile_name(view->profile));
  fprintf(out,
          ": how %zu servers share the key space</title>\n<desc id=\"about\">Shares of the key "
          "space: the largest is %.3f times, the smallest %.3f times the mean; standard deviation "
          "%.3f.</desc>\n",
          view->server_count, view->equal.max, view->equal.min, view->equal.deviation);
  svg_put_style(out);
  fprintf(out, "<rect class=\"page\" width=\"%d\" height=\"%.0f\"/>\n", WIDTH, self->height);
  fprintf(out, "<text class=\"title\" x=\"%d\" y=\"54\">", MARGIN);
  svg_put_escaped(out, polyring_profile_name(view->profile));
  const load_spread *spread = view->weighted ? &view->by_weight : &view->equal;
  fprintf(out,
          "</text>\n<text class=\"muted\" x=\"%d\" y=\"80\">%zu server%s · load%s: "
          "max/mean %.3f · min/mean %.3f · standard deviation %.3f</text>\n",
          MARGIN, view->server_count, view->server_count == 1 ? "" : "s",
          view->weighted ? " by weight" : "", spread->max, spread->min, spread->deviation);
}

static void put_place(const picture *self, char move, double turn, double radius) {
  if (move == 'M' || move == 'L')
    fputc(move, self->out);
  else
    fprintf(self->out, "A%.0f %.0f 0 0 %d ", radius, radius, move == '+');
  fprintf(self->out, "%.2f %.2f", CENTRE_X + radius * sin(2 * M_PI * turn),
          self->middle - radius * cos(2 * M_PI * turn));
}

/* A piece of the ring, in steps that are too short to be ambiguous. */
static void put_arc(const picture *self, double from, double to) {
  while (from < to) {
    double end = fmin(to, from + 0.25);
    put_place(self, 'M', from, RADIUS + ARC_WIDTH);
    put_place(self, '+', end, RADIUS + ARC_WIDTH);
    put_place(self, 'L', end, RADIUS);
    put_place(self, '-', from, RADIUS);
    fputc('Z', self->out);
    from = end;
  }
}

static void put_bar_title(const picture *self, const share_bar *bar) {
  fputs("<title>", self->out);
  if (bar->count > 1)
    fprintf(self->out, "%zu servers", bar->count);
  else
    svg_put_escaped(self->out, self->view->servers[bar->server].server);
  fprintf(self->out, ": %.3f %%%s</title>", 100 * bar->share, bar->count > 1 ? " each" : "");
}

static void put_circle(const picture *self) {
  FILE *out = self->out;
  for (size_t turn = 0; turn <= GROUP_COLOUR; turn++) {
    size_t colour = turn ? turn - 1 : GROUP_COLOUR; /* the group first, below the rest */
    bool open = false;
    for (size_t i = 0; i < self->arc_count; i++) {
      if (self->colours[self->arcs[i].server] != colour) continue;
      if (!open) fprintf(out, "<path class=\"c%zu arc\" d=\"", colour);
      open = true;
      put_arc(self, self->arcs[i].from, self->arcs[i].to);
    }
    if (!open) continue;
    fputs("\">", out);
    put_bar_title(self, &self->bars[colour == GROUP_COLOUR ? BARS_LARGEST : colour]);
    fputs("</path>\n", out);
  }
  static const char *const quarters[] = {"0", "¼", "½", "¾"};
  for (int i = 0; i < 4; i++) {
    double radius = RADIUS + ARC_WIDTH, x = sin(i * M_PI / 2), y = -cos(i * M_PI / 2);
    fprintf(out,
            "<path class=\"tick\" d=\"M%.1f %.1fL%.1f %.1f\"/><text class=\"muted middle\" "
            "x=\"%.1f\" y=\"%.1f\">%s</text>\n",
            CENTRE_X + x * (radius + 2), self->middle + y * (radius + 2),
            CENTRE_X + x * (radius + 7), self->middle + y * (radius + 7),
            CENTRE_X + x * (radius + 17), self->middle + y * (radius + 17) + 4.5, quarters[i]);
  }
  fprintf(out,
          "<text class=\"big middle\" x=\"%.0f\" y=\"%.0f\">%zu</text><text class=\"muted middle\" "
          "x=\"%.0f\" y=\"%.0f\">point%s</text>\n",
          CENTRE_X, self->middle + 6, self->view->point_count, CENTRE_X, self->middle + 28,
          self->view->point_count == 1 ? "" : "s");
}

static void put_value(const picture *self, const share_bar *bar, double y) {
  FILE *out = self->out;
  double right = WIDTH - MARGIN;
  if (bar->count > 1) {
    fprintf(out, "<text class=\"end\" x=\"%.0f\" y=\"%.1f\">%.2f–%.2f %%</text>", right, y,
            100 * bar->min, 100 * bar->max);
    return;
  }
  fprintf(out,
          "<text class=\"end\" x=\"%.0f\" y=\"%.1f\">%.2f %%</text><text class=\"muted end\" "
          "x=\"%.0f\" y=\"%.1f\">%.2f×</text>",
          right - 52, y, 100 * bar->share, right, y, bar->fair > 0 ? bar->share / bar->fair : 0.0);
}

static void put_bars(const picture *self, double left, double row) {
  FILE *out = self->out;
  size_t longest = 0;
  double scale = 0;
  for (size_t i = 0; i < self->bar_count; i++) {
    const share_bar *bar = &self->bars[i];
    size_t size = bar->count > 1 ? 16 : strlen(self->view->servers[bar->server].server);
    if (size > longest) longest = size;
    scale = fmax(scale, fmax(bar->share, bar->fair));
  }
  double start = left + LABEL_CHAR_WIDTH * (longest < LABEL_CHARS ? longest : LABEL_CHARS) + 14;
  double width = WIDTH - MARGIN - VALUE_WIDTH - 12 - start, thickness = fmin(row - 8, 26);
  double y = self->middle - row * self->bar_count / 2.0;
  for (size_t i = 0; i < self->bar_count; i++, y += row) {
    const share_bar *bar = &self->bars[i];
    double top = y + (row - thickness) / 2, text = y + row / 2 + 4.5;
    double mark = start + width * bar->fair / scale;
    fputs("<g>", out);
    put_bar_title(self, bar);
    fprintf(out, "<text class=\"label%s\" x=\"%.1f\" y=\"%.1f\">", bar->count > 1 ? " muted" : "",
            left, text);
    if (bar->count > 1)
      fprintf(out, "%zu between", bar->count);
    else
      put_label(out, self->view->servers[bar->server].server);
    fprintf(out,
            "</text><rect class=\"rail\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
            "rx=\"3\"/><rect class=\"c%zu bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" "
            "height=\"%.1f\" rx=\"3\"/><path class=\"mark\" d=\"M%.1f %.1fv%.1f\"/>",
            start, top, width, thickness,
            bar->count > 1 ? (size_t)GROUP_COLOUR : (size_t)self->colours[bar->server], start, top,
            width * bar->share / scale, thickness, mark, top - 3, thickness + 6);
    put_value(self, bar, text);
    fputs("</g>\n", out);
  }
}

static void draw(picture *self) {
  const ring_view *view = self->view;
  bool circle = self->arc_count > 0;
  double row = fmax(26, fmin(44, (double)PLOT_HEIGHT / (double)self->bar_count));
  double bars = row * (double)self->bar_count;
  double plot = circle ? fmax(PLOT_HEIGHT, bars) : bars;
  self->height = TOP + plot + BOTTOM;
  self->middle = TOP + plot / 2;
  put_head(self);
  if (circle) put_circle(self);
  put_bars(self, circle ? 492 : MARGIN, row);
  fprintf(self->out,
          "<text class=\"muted\" x=\"%d\" y=\"%.0f\">Bars: share of the key space%s. Mark: the "
          "share that would be %s.</text>\n",
          MARGIN, self->height - (circle ? 48 : 28),
          view->server_count > BARS_MAX ? " of the largest and the smallest servers" : "",
          view->weighted ? "fair by weight" : "equal");
  if (circle)
    fprintf(self->out,
            "<text class=\"muted\" x=\"%d\" y=\"%.0f\">Circle: the hashes, clockwise from 0, in "
            "the colours of their servers.</text>\n",
            MARGIN, self->height - 28);
  fputs("</svg>\n", self->out);
}

bool svg_write(const ring_view *view, const char *path) {
  picture self = {.view = view};
  bool ready = choose_bars(&self) && choose_arcs(&self), written = false;
  if (!ready) complain("no memory");
  self.out = ready ? fopen(path, "w") : NULL;
  if (self.out) {
    draw(&self);
    written = !ferror(self.out);
    written = fclose(self.out) == 0 && written;
  }
  if (ready && !written) complain("cannot write %s: %s", path, strerror(errno));
  free(self.arcs);
  free(self.colours);
  return written;
}
