package org.polyring;

/**
 * Keys that move from one server of a {@link Plan} to another.
 *
 * @param source the server that they leave, as {@link PlannedServer#server()}
 * @param target the server that they come to
 * @param share how many they are, as a share of all keys
 */
public record Flow(String source, String target, double share) {}
