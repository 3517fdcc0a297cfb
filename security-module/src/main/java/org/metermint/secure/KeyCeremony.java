package org.metermint.secure;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key ceremony: a vending key comes in as components, each known to one custodian, and is whole only inside the
 * module. Nothing of it is secret.
 *
 * @param id eight hexadecimal digits
 * @param facts of the vending key that results
 * @param custodians how many components there are: 2 or 3
 * @param expectedCheckValue of the combined key, six hexadecimal digits; null if nobody stated it
 * @param begunBy who began it
 * @param contributions the components that are in, in their order
 * @param endedAt when the key was taken in, or the ceremony abandoned; null while it is open
 * @param keyCheckValue of the key that was taken in; null if none was
 * @param testOnly whether the key that was taken in is one of the public test keys
 */
public record KeyCeremony(
        String id,
        VendingKeyFacts facts,
        int custodians,
        @Nullable String expectedCheckValue,
        String begunBy,
        Instant begunAt,
        List<Contribution> contributions,
        State state,
        @Nullable Instant endedAt,
        @Nullable String keyCheckValue,
        boolean testOnly) {

    /** Where a ceremony is. */
    public enum State {
        /** Waits for components. */
        OPEN,
        /** The key is in the module; the components are wiped. */
        COMPLETE,
        /** Given up; the components are wiped. */
        ABANDONED
    }

    /**
     * That a component came in.
     *
     * @param custodian who entered it
     * @param checkValue of the component, six hexadecimal digits
     */
    public record Contribution(String custodian, Instant at, String checkValue) {}

    public KeyCeremony {
        if (custodians < 2 || custodians > 3) {
            throw new IllegalArgumentException(custodians + " custodians are outside 2..3");
        }
        contributions = List.copyOf(contributions);
    }

    /** How many components are still to come. */
    public int missing() {
        return state == State.OPEN ? custodians - contributions.size() : 0;
    }
}
