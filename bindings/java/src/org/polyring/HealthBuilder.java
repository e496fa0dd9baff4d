package org.polyring;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says how a {@link Health} is to be. What is not said stays at its default. Wrong values are
 * refused by {@link #build()}. Not for use by many threads at the same time.
 */
public final class HealthBuilder extends PolicyBuilder<HealthBuilder> {
  /** In the order of the table in {@code facade_health.h}. */
  private static final List<String> COLUMNS = List.of("on_dead", "rejoin", "detect_hard",
      "detect_soft", "detect_share", "detect_garbled", "probe_interval", "probe_most", "settle",
      "steady", "stand_in_ttl", "dead_most");

  private String[] servers = {};
  private String[] gutter = {};
  private String profile = Ring.DEFAULT_PROFILE;
  private final long[] policy = new long[COLUMNS.size()];
  private Long seed;

  HealthBuilder() {
    Arrays.fill(policy, Session.LEFT_OUT);
  }

  /**
   * Sets the servers.
   *
   * @param servers one server each, as a {@link Ring} takes them
   * @return this
   */
  public HealthBuilder servers(String... servers) {
    this.servers = Objects.requireNonNull(servers, "servers").clone();
    return this;
  }

  /**
   * Sets how keys are placed, on the gutter too.
   *
   * @param profile the text of a profile; {@link Ring#DEFAULT_PROFILE} is the default
   * @return this
   */
  public HealthBuilder profile(String profile) {
    this.profile = Objects.requireNonNull(profile, "profile");
    return this;
  }

  /**
   * Sets the servers that keys go to meanwhile, with {@link OnDead#GUTTER}.
   *
   * @param servers one server each, as a {@link Ring} takes them
   * @return this
   */
  public HealthBuilder gutter(String... servers) {
    gutter = Objects.requireNonNull(servers, "servers").clone();
    return this;
  }

  /**
   * Sets what decides the jitter of probes. With the same seed, the same events at the same times
   * give the same decisions, in every process and every language.
   *
   * @param seed any number; a random one is the default
   * @return this
   */
  public HealthBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Makes the health, with all servers {@link HealthState#UP}.
   *
   * @return the health
   * @throws InvalidArgumentException if a number is out of its range, or there is no gutter for
   *     {@link OnDead#GUTTER}; with the status "NOT_SUPPORTED" for {@link OnDead#NATIVE}, if it is
   *     not known where the profile's client sends keys
   * @throws InvalidServersException as {@link Ring#Ring(java.util.List, String)}
   * @throws InvalidProfileException as {@link Ring#Ring(java.util.List, String)}
   */
  public Health build() {
    Packed all = Packed.of(servers, "servers");
    Packed others = Packed.of(gutter, "gutter");
    return new Health(NativeMethods.new_Health(all.bytes(), all.ends(),
        Text.encode(profile, "profile"), others.bytes(), others.ends(), policy,
        seed != null ? seed : ThreadLocalRandom.current().nextLong()));
  }

  @Override
  HealthBuilder column(String name, long number, String text) {
    policy[COLUMNS.indexOf(name)] = number;
    return this;
  }
}
