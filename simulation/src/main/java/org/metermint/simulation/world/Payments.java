package org.metermint.simulation.world;

import java.util.HashSet;
import java.util.Set;
import org.metermint.vending.sale.SaleAnswer;

/** The money of customers who paid first: captured once for each request, and kept or given back once. */
final class Payments {
    private final Set<String> captured = new HashSet<>();
    private final Set<String> kept = new HashSet<>();
    private final Set<String> givenBack = new HashSet<>();

    void capture(String requestId) {
        if (!captured.add(requestId)) {
            throw new BreachException("payment " + requestId + " is captured twice");
        }
    }

    /** Keeps the money for a token, or gives it back for a refusal. */
    void settle(String requestId, SaleAnswer answer) {
        if (!captured.contains(requestId) || kept.contains(requestId) || givenBack.contains(requestId)) {
            throw new BreachException("payment " + requestId + " is settled twice, or was never captured");
        }
        (answer instanceof SaleAnswer.Sold ? kept : givenBack).add(requestId);
    }

    boolean isGivenBack(String requestId) {
        return givenBack.contains(requestId);
    }

    boolean isKept(String requestId) {
        return kept.contains(requestId);
    }

    /** How many were captured and are not settled. */
    int open() {
        return captured.size() - kept.size() - givenBack.size();
    }

    int givenBack() {
        return givenBack.size();
    }

    int kept() {
        return kept.size();
    }

    Set<String> allKept() {
        return Set.copyOf(kept);
    }
}
