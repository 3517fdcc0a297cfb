package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.KeyChangePolicy;

/**
 * Under which key the credit goes, and whether the meter must be moved to it first.
 *
 * @param key the vending key of the credit token
 * @param target the key the meter holds when it takes the credit token
 * @param change the key change that comes before, if one is needed
 */
record KeyPlan(VendingKeyInfo key, MeterKeyState target, Optional<Change> change) {
    /**
     * A key change.
     *
     * @param from the key that the meter is recorded to hold
     * @param tokens size of the set: 2, 3 or 4
     */
    record Change(MeterKeyState from, int tokens) {}

    /**
     * Compares what the meter holds with what it shall hold.
     *
     * @param recorded the key in the meter
     * @param target the key that account and supply group want
     * @param changeTokens the largest key change set that the meter takes
     * @throws RefusedException if there is no way to credit
     */
    static KeyPlan of(
            MeterKeyState recorded,
            MeterKeyState target,
            int changeTokens,
            KeyChangePolicy policy,
            VendingKeys keys,
            Instant now) {
        VendingKeyInfo key = require(keys, target);
        requireUsable(key, now);
        if (recorded.equals(target)) {
            return new KeyPlan(key, target, Optional.empty());
        }
        String differences = differences(recorded, target);
        if (policy == KeyChangePolicy.REFUSE) {
            throw new RefusedException(RefusalCode.KEY_CHANGE_REQUIRED, "the meter is recorded with " + differences);
        }
        if (!recorded.type().mayBeParentOf(target.type())) {
            throw new RefusedException(
                    RefusalCode.KEY_CHANGE_IMPOSSIBLE,
                    "a meter on key type " + recorded.type() + " takes no change to " + target.type());
        }
        require(keys, recorded);
        boolean wide = target.algorithm().keyBits() == 128;
        boolean moves = !recorded.supplyGroup().equals(target.supplyGroup());
        int tokens = wide ? 4 : moves && changeTokens >= 3 ? 3 : 2;
        return new KeyPlan(key, target, Optional.of(new Change(recorded, tokens)));
    }

    /**
     * The identifier of the credit token: the clock's minute, or the one after the last if that is later.
     *
     * @throws RefusedException if the base date or the key has no such identifier
     */
    TokenIdentifier allot(@Nullable TokenIdentifier last, Instant now) {
        TokenIdentifier clock = TokenIdentifier.at(now, key.baseDate());
        if (last == null || clock.compareTo(last) > 0) {
            return requireUnexpired(clock);
        }
        if (last.minutes() >= TokenIdentifier.MAX_MINUTES) {
            throw new RefusedException(
                    RefusalCode.TOKEN_IDENTIFIERS_EXHAUSTED,
                    "the meter used the last token identifier of base date "
                            + key.baseDate().year());
        }
        return requireUnexpired(last.next());
    }

    private TokenIdentifier requireUnexpired(TokenIdentifier tid) {
        if (key.expiry().isExpiredAt(tid)) {
            throw notUsable(key, "expired at " + key.expiresAt());
        }
        return tid;
    }

    private static VendingKeyInfo require(VendingKeys keys, MeterKeyState state) {
        return keys.of(state)
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.VENDING_KEY_MISSING,
                        "the security module holds no key of supply group "
                                + state.supplyGroup().digits() + ", revision "
                                + state.revision().value() + ", type " + state.type()));
    }

    private static void requireUsable(VendingKeyInfo key, Instant now) {
        if (now.isBefore(key.baseDate().start())) {
            throw notUsable(key, "counts from " + key.baseDate().start() + " and it is " + now);
        }
        if (now.isBefore(key.activeFrom())) {
            throw notUsable(key, "is active from " + key.activeFrom() + " and it is " + now);
        }
        if (!now.isBefore(key.expiresAt())) {
            throw notUsable(key, "expired at " + key.expiresAt());
        }
    }

    private static RefusedException notUsable(VendingKeyInfo key, String why) {
        return new RefusedException(
                RefusalCode.VENDING_KEY_NOT_USABLE,
                "the key of supply group " + key.supplyGroup().digits() + ", revision "
                        + key.revision().value() + " (base date "
                        + key.baseDate().year() + ") " + why);
    }

    /** What differs, both sides told: "supply group 100001, but must be on 100002". */
    private static String differences(MeterKeyState recorded, MeterKeyState target) {
        StringBuilder text = new StringBuilder();
        append(
                text,
                "supply group",
                recorded.supplyGroup().digits(),
                target.supplyGroup().digits());
        append(
                text,
                "key revision",
                recorded.revision().value(),
                target.revision().value());
        append(
                text,
                "tariff index",
                recorded.tariffIndex().digits(),
                target.tariffIndex().digits());
        append(text, "key type", recorded.type(), target.type());
        return text.toString();
    }

    private static void append(StringBuilder text, String field, Object recorded, Object target) {
        if (!recorded.equals(target)) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(field)
                    .append(' ')
                    .append(recorded)
                    .append(" and must be on ")
                    .append(target);
        }
    }
}
