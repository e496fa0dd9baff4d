package org.polyring;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One thing that is different between two topologies, see {@link Topology#diff(Topology)}. What
 * does not apply is empty.
 *
 * @param change what it is: "epoch", "profile", "column", "server added", "server removed",
 *     "server renamed", "server moved", "server weight", "server attributes", "order of servers" or
 *     "setting"
 * @param subject the column, the server (as the new topology has it, if it is there) or the setting
 * @param before what it was
 * @param after what it is
 * @param oldIndex the server's index in the old topology
 * @param newIndex the server's index in the new topology
 */
public record Change(String change, Optional<String> subject, Optional<String> before,
    Optional<String> after, OptionalInt oldIndex, OptionalInt newIndex) {}
