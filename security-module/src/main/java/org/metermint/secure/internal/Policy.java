package org.metermint.secure.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.KeyType;
import org.metermint.token.TokenIdentifier;

/**
 * What a module refuses, whoever asks (IEC 62055-41, key types and key expiry). What no key and no time would change is
 * checked before a key is looked up, and the state of a key before its time, in the order of {@link Kind}.
 */
final class Policy {
    private Policy() {}

    /** A token of any kind under a key of this type. */
    static void requireIssuingType(KeyType type) throws SecurityModuleException {
        if (type == KeyType.DITK) {
            throw notPermitted("key type 0 (DITK) belongs to the maker of the meter; issue under the key that the meter"
                    + " got from its supply group");
        }
        if (type == KeyType.DCTK) {
            throw notPermitted("key type 3 (DCTK) is for magnetic cards, and this module makes numeric tokens; move the"
                    + " meter to a unique key (type 2)");
        }
    }

    /** A credit token for a meter. */
    static void requireCredit(MeterKeyState meter) throws SecurityModuleException {
        requireIssuingType(meter.type());
        if (!meter.type().carriesCredit()) {
            throw notPermitted("key type " + meter.type().number() + " (" + meter.type()
                    + ") carries no credit; move the meter to a unique key (type 2) by a key change first");
        }
    }

    static void requireUnreserved(TokenIdentifier tid) throws SecurityModuleException {
        if (tid.isReserved()) {
            throw notPermitted("token identifier " + tid.minutes()
                    + " is the reserved minute 00:01 of a day; take the next one, " + (tid.minutes() + 1));
        }
    }

    /** The shape of a key change. */
    static void requireKeyChange(IssueKeyChange change) throws SecurityModuleException {
        requireIssuingType(change.from().type());
        requireIssuingType(change.to().type());
        if (!change.from().type().mayBeParentOf(change.to().type())) {
            throw notPermitted("a key of type " + change.from().type() + " may not be followed by one of type "
                    + change.to().type());
        }
        boolean wide = change.to().algorithm().keyBits() == 128;
        if (wide != (change.sections() == 4)) {
            throw notPermitted("a key of " + change.to().algorithm().keyBits() + " bits takes "
                    + (wide ? "four sections" : "two or three sections") + ", not " + change.sections());
        }
    }

    /** That decoder keys for the meter's cipher come from this vending key. */
    static void requireDerivable(HeldKey key, MeterKeyState meter) throws SecurityModuleException {
        if (!key.derivation().allows(meter.algorithm())) {
            throw notPermitted("the key of " + key.info().name() + " is one of " + key.derivation()
                    + ", which gives no keys for encryption algorithm "
                    + meter.algorithm().code()
                    + "; correct the meter's data, or import another revision for the supply group");
        }
    }

    /** That the key itself is there, not only what is known of it. */
    static void requirePresent(VendingKeyInfo key) throws SecurityModuleException {
        if (key.destroyedAt() != null) {
            throw new SecurityModuleException(
                    Kind.KEY_ABSENT,
                    "the key of " + key.name() + " was destroyed at " + key.destroyedAt()
                            + "; take it in again from where it came if meters still hold it");
        }
    }

    /** That tokens may be issued under this key now. */
    static void requireValid(VendingKeyInfo key, Instant now) throws SecurityModuleException {
        requirePresent(key);
        if (key.expiredAt() != null) {
            throw new SecurityModuleException(
                    Kind.KEY_EXPIRED,
                    "the key of " + key.name() + " was expired by hand at " + key.expiredAt()
                            + "; move the meter to a later revision by a key change");
        }
        if (now.isBefore(key.baseDate().start())) {
            throw new SecurityModuleException(
                    Kind.BEFORE_BASE_DATE,
                    "the key of " + key.name() + " counts from "
                            + key.baseDate().start() + " and it is " + now
                            + "; check the clock, or use an earlier revision");
        }
        if (now.isBefore(key.activeFrom())) {
            throw notYetActive(key, now);
        }
        if (!now.isBefore(key.expiresAt())) {
            throw expired(key);
        }
    }

    /** That a token with this identifier may be issued under this key. */
    static void requireValid(VendingKeyInfo key, TokenIdentifier tid) throws SecurityModuleException {
        Instant time = tid.time(key.baseDate());
        if (time.isBefore(key.activeFrom().truncatedTo(ChronoUnit.MINUTES))) {
            throw notYetActive(key, time);
        }
        if (key.expiry().isExpiredAt(tid)) {
            throw expired(key);
        }
    }

    private static SecurityModuleException notYetActive(VendingKeyInfo key, Instant time) {
        return new SecurityModuleException(
                Kind.KEY_NOT_YET_ACTIVE,
                "the key of " + key.name() + " is active from " + key.activeFrom() + ", not yet at " + time
                        + "; use the revision before it until then");
    }

    private static SecurityModuleException expired(VendingKeyInfo key) {
        return new SecurityModuleException(
                Kind.KEY_EXPIRED,
                "the key of " + key.name() + " expired at " + key.expiresAt() + " (base date "
                        + key.baseDate().year() + ", expiry number " + key.expiry()
                        + "); move the meter to a later revision by a key change");
    }

    static SecurityModuleException notPermitted(String message) {
        return new SecurityModuleException(Kind.NOT_PERMITTED, message);
    }
}
