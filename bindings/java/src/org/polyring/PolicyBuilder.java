package org.polyring;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Says when a server counts as down, where its keys go meanwhile, and how it comes back: what
 * {@link ClientBuilder} and {@link HealthBuilder} have in common. Numbers and shares of 0 that
 * detect something never do.
 *
 * @param <B> the builder
 */
public abstract sealed class PolicyBuilder<B extends PolicyBuilder<B>>
    permits ClientBuilder, HealthBuilder {
  PolicyBuilder() {}

  /**
   * Sets where keys of a server go that is not spoken to.
   *
   * @param where where; {@link OnDead#MISS} is the default
   * @return this
   */
  public B onDead(OnDead where) {
    return word("on_dead", where);
  }

  /**
   * Sets what is done before a server that answers again is spoken to.
   *
   * @param how what; {@link Rejoin#AUTO} is the default
   * @return this
   */
  public B rejoin(Rejoin how) {
    return word("rejoin", how);
  }

  /**
   * Sets how many connections in a row fail until a server is down.
   *
   * @param count the number; 1 is the default
   * @return this
   */
  public B detectHard(int count) {
    return number("detect_hard", count);
  }

  /**
   * Sets how many calls in a row stay without an answer until a server is down.
   *
   * @param count the number; 3 is the default
   * @return this
   */
  public B detectSoft(int count) {
    return number("detect_soft", count);
  }

  /**
   * Sets which share of the last 20 calls of the last 10 seconds fails, once there are 5, until a
   * server is down.
   *
   * @param percent the share in percent; 50 is the default
   * @return this
   */
  public B detectShare(int percent) {
    return number("detect_share", percent);
  }

  /**
   * Sets how many replies within a minute are none until a server is down.
   *
   * @param count the number, 20 at most; 3 is the default
   * @return this
   */
  public B detectGarbled(int count) {
    return number("detect_garbled", count);
  }

  /**
   * Sets how long after it went down a server is probed. Each probe that fails doubles the time.
   *
   * @param time the time; one second is the default
   * @return this
   */
  public B probeInterval(Duration time) {
    return time("probe_interval", time);
  }

  /**
   * Sets how far the time between probes grows.
   *
   * @param time the longest time; 30 seconds are the default
   * @return this
   */
  public B probeMost(Duration time) {
    return time("probe_most", time);
  }

  /**
   * Sets for how long a server must have answered probes before it is used again, so that changes
   * which it still had before it come to an end. Each time that it goes down again before it was up
   * for {@link #steady} that time doubles, up to {@link #probeMost}.
   *
   * @param time the time; one second is the default
   * @return this
   */
  public B settle(Duration time) {
    return time("settle", time);
  }

  /**
   * Sets how long a server must be up until the time between probes, and the one that it must have
   * answered them, start anew.
   *
   * @param time the time; one minute is the default
   * @return this
   */
  public B steady(Duration time) {
    return time("steady", time);
  }

  /**
   * Sets how long an item lives at most away from its home. For as long, and two seconds more, a
   * server that goes down again has no stand-in, whose copy might be an old one.
   *
   * @param time the time; 10 seconds are the default
   * @return this
   */
  public B standInTtl(Duration time) {
    return time("stand_in_ttl", time);
  }

  /**
   * Sets with how many servers down their keys still go elsewhere; with more, they would be too much
   * for those that are left.
   *
   * @param count the number; 0, the default, is a third of the servers, but at least one
   * @return this
   */
  public B deadMost(int count) {
    return number("dead_most", count);
  }

  /** Takes a column as the number that the core has for it, and as the text of a setting. */
  abstract B column(String name, long number, String text);

  private B time(String name, Duration time) {
    long micros = Micros.of(time, name);
    return column(name, micros, micros + "us");
  }

  private B number(String name, int number) {
    return column(name, number, Integer.toString(number));
  }

  private B word(String name, Enum<?> word) {
    Objects.requireNonNull(word, name);
    return column(name, word.ordinal(), word.name().toLowerCase(Locale.ROOT));
  }
}
