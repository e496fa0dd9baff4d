package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.polyring.Health;
import org.polyring.HealthBuilder;
import org.polyring.InvalidKeyException;
import org.polyring.OnDead;
import org.polyring.Rejoin;
import org.polyring.Route;
import org.polyring.Seen;
import org.polyring.VitalSigns;

/**
 * Java's part of the decision script: reads operations from standard input, writes what a Health
 * answers. {@code vectors/failover/decisions.txt} says what they are.
 */
public final class Replay {
  private final PrintStream out;
  private Health health;

  private Replay(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs until the end of standard input.
   *
   * @param arguments none
   * @throws Exception if standard input cannot be read
   */
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (PrintStream out = new PrintStream(System.out, false, UTF_8)) {
      Replay replay = new Replay(out);
      for (String line; (line = in.readLine()) != null;) {
        if (!line.isBlank() && !line.startsWith("#")) {
          replay.answer(line.split(" "));
        }
      }
    }
  }

  private void answer(String[] words) {
    switch (words[0]) {
      case "new" -> begin(words);
      case "report" -> report(Integer.parseInt(words[1]), Seen.valueOf(words[2]), time(words[3]),
          words[4]);
      case "due" -> tell("due", shown(health.due(time(words[1]))));
      case "next" -> tell("next", shown(health.nextDue()));
      case "signs" -> tell(health.signs(Integer.parseInt(words[1])));
      case "route" -> route(words[1], time(words[2]));
      case "log" -> health.log().forEach(line -> tell("log", line));
      default -> throw new IllegalArgumentException("no such operation: " + words[0]);
    }
  }

  private void begin(String[] words) {
    if (health != null) {
      health.close();
    }
    HealthBuilder builder = Health.builder().profile(words[1]).servers(words[2].split(","))
        .gutter(words[3].equals("-") ? new String[0] : words[3].split(","))
        .seed(Long.parseLong(words[4]));
    for (String column : List.of(words).subList(5, words.length)) {
      set(builder, column.substring(0, column.indexOf('=')),
          column.substring(column.indexOf('=') + 1));
    }
    health = builder.build();
  }

  private static void set(HealthBuilder builder, String name, String value) {
    switch (name) {
      case "on_dead" -> builder.onDead(OnDead.valueOf(value.toUpperCase(Locale.ROOT)));
      case "rejoin" -> builder.rejoin(Rejoin.valueOf(value.toUpperCase(Locale.ROOT)));
      case "detect_hard" -> builder.detectHard(Integer.parseInt(value));
      case "detect_soft" -> builder.detectSoft(Integer.parseInt(value));
      case "detect_share" -> builder.detectShare(Integer.parseInt(value));
      case "detect_garbled" -> builder.detectGarbled(Integer.parseInt(value));
      case "probe_interval" -> builder.probeInterval(time(value));
      case "probe_most" -> builder.probeMost(time(value));
      case "settle" -> builder.settle(time(value));
      case "steady" -> builder.steady(time(value));
      case "stand_in_ttl" -> builder.standInTtl(time(value));
      case "dead_most" -> builder.deadMost(Integer.parseInt(value));
      default -> throw new IllegalArgumentException("no such column: " + name);
    }
  }

  private void report(int server, Seen seen, Duration now, String detail) {
    if (detail.equals("-1")) {
      health.report(server, seen, now);
    } else {
      health.report(server, seen, now, time(detail));
    }
  }

  private void tell(VitalSigns of) {
    tell("signs", of.state(), of.reason(), of.work(), micros(of.since()), shown(of.downSince()),
        shown(of.nextProbe()), of.probesFailed(), of.unanswered());
  }

  private void route(String key, Duration now) {
    try {
      Route to = health.route(key, now);
      tell("route", to.kind(), to.homeIndex(), shown(to.serverIndex()),
          to.ttlMost().map(Replay::micros).orElse(0L));
    } catch (InvalidKeyException refused) {
      tell("route", "refused");
    }
  }

  private void tell(Object... words) {
    out.print(String.join(" ", Arrays.stream(words).map(String::valueOf).toList()) + "\n");
  }

  private static Duration time(String micros) {
    return Duration.of(Long.parseLong(micros), ChronoUnit.MICROS);
  }

  private static long micros(Duration time) {
    return time.toSeconds() * 1_000_000 + time.toNanosPart() / 1000;
  }

  private static String shown(Optional<Duration> time) {
    return time.map(it -> Long.toString(micros(it))).orElse("-");
  }

  private static String shown(OptionalInt index) {
    return index.isPresent() ? Integer.toString(index.getAsInt()) : "-";
  }
}
