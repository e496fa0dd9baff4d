package org.polyring;

import java.util.OptionalInt;

/**
 * A server in either ring of a {@link Plan}. Servers that cannot be told apart are one.
 *
 * @param server its name, or its place
 * @param oldIndex its index in the old ring (the first of it), or nothing if it is not there
 * @param newIndex its index in the new ring, or nothing if it is not there
 * @param before its share of the keys in the old ring
 * @param after its share of the keys in the new ring
 */
public record PlannedServer(String server, OptionalInt oldIndex, OptionalInt newIndex,
    double before, double after) {}
