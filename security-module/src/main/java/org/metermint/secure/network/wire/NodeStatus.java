package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;

import java.util.List;
import java.util.Map;

/**
 * The state of a module.
 *
 * @param info facts by name, as {@code ModuleId}
 * @param alerts what an operator should know, the gravest first
 */
public record NodeStatus(Map<String, String> info, List<Alert> alerts) {
    /** The table of the structure. */
    public static final Struct<NodeStatus> STRUCT = Struct.of(
            NodeStatus.class,
            required(1, "info", WireType.map(WireType.STRING, WireType.STRING), NodeStatus::info),
            required(2, "alerts", WireType.list(Alert.STRUCT), NodeStatus::alerts));
}
