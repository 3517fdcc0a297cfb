package org.metermint.secure.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.metermint.secure.VendingKeyInfo;

/** What an operator should know of a module, in plain words, the gravest first. */
final class ModuleAlerts {
    /** How grave an alert is, the gravest first. */
    enum Gravity {
        /** Nothing is issued, or soon nothing will be. */
        STOPPED,
        /** Something must be done within a day. */
        URGENT,
        /** What is issued is worth nothing. */
        TEST_ONLY,
        /** Something must be done within a week. */
        SOON,
        /** Something must be done within a month, or has no haste. */
        NOTICE
    }

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    private record Alert(Gravity gravity, String text) {}

    private final List<Alert> alerts = new ArrayList<>();

    void add(Gravity gravity, String text) {
        alerts.add(new Alert(gravity, text));
    }

    /** What the time of a key says: that it is over, or will be within 30, 7 or 1 days. */
    void addExpiry(VendingKeyInfo key, Instant now) {
        if (key.destroyedAt() != null || key.expiredAt() != null) {
            return; // somebody did it, and knows
        }
        Duration left = Duration.between(now, key.expiresAt());
        String remedy = "; take in the next revision and move its meters there by a key change";
        if (!left.isPositive()) {
            add(
                    Gravity.NOTICE,
                    "the key of " + key.name() + " expired at " + key.expiresAt() + remedy + ", then destroy it");
        } else if (left.compareTo(MONTH) <= 0) {
            boolean day = left.compareTo(DAY) <= 0;
            Gravity gravity = day ? Gravity.URGENT : left.compareTo(WEEK) <= 0 ? Gravity.SOON : Gravity.NOTICE;
            String within = day ? "1 day" : gravity == Gravity.SOON ? "7 days" : "30 days";
            add(gravity, "the key of " + key.name() + " expires within " + within + ", at " + key.expiresAt() + remedy);
        }
    }

    List<String> texts() {
        return alerts.stream()
                .sorted(Comparator.comparing(Alert::gravity))
                .map(Alert::text)
                .toList();
    }
}
