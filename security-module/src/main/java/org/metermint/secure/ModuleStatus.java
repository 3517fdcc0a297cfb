package org.metermint.secure;

import java.time.Instant;
import java.util.List;

/**
 * The state of a module at an instant.
 *
 * @param moduleId names the module and its record of issued tokens for life
 * @param ready whether it issues; if not, an alert says why and what to do
 * @param issuedMessages how many message ids have tokens
 * @param vendingKeys how many vending keys it holds
 * @param testOnlyKeys how many of them are public test keys
 * @param sampleTables whether EA07 runs on the sample tables printed in the standard, which no real meter holds
 * @param alerts what an operator should know, in plain words, the gravest first
 */
public record ModuleStatus(
        String moduleId,
        Instant time,
        boolean ready,
        long issuedMessages,
        int vendingKeys,
        int testOnlyKeys,
        boolean sampleTables,
        List<String> alerts) {
    public ModuleStatus {
        alerts = List.copyOf(alerts);
    }
}
