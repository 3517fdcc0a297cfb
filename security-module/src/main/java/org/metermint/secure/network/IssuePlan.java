package org.metermint.secure.network;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.ApiException;

/**
 * The keys that a call is about: the one that its token is for, and the change that leads there.
 *
 * @param change null if the meter keeps its key
 * @param target the key that the meter holds afterwards
 */
record IssuePlan(@Nullable IssueKeyChange change, MeterKeyState target) {

    /** The plan for a meter at present. */
    static IssuePlan of(MessageId changeId, MeterConfig meter, KeyBook book) throws ApiException {
        MeterConfig.Place place = meter.place();
        VendingKeyInfo held = book.require(place.group(), place.revision());
        MeterKeyState from = meter.state(held, place.tariff());
        Optional<MeterKeyState> to = destination(meter, held, book);
        return to.map(next -> new IssuePlan(new IssueKeyChange(changeId, from, next, meter.sections()), next))
                .orElseGet(() -> new IssuePlan(null, from));
    }

    /** The key to which a meter is to be moved: the one asked for, or a newer one if that is allowed; nothing to keep it. */
    private static Optional<MeterKeyState> destination(MeterConfig meter, VendingKeyInfo held, KeyBook book)
            throws ApiException {
        MeterConfig.@Nullable Place asked = meter.amendment();
        VendingKeyInfo next = asked == null ? held : book.require(asked.group(), asked.revision());
        Optional<VendingKeyInfo> newer =
                meter.toNewestRevision() ? book.newerThan(next, meter.algorithm()) : Optional.empty();
        boolean outdated = meter.toCurrentExpiry() && !meter.expiry().equals(held.expiry());
        if (asked == null && newer.isEmpty() && !outdated) {
            return Optional.empty();
        }
        return Optional.of(
                meter.state(newer.orElse(next), asked == null ? meter.place().tariff() : asked.tariff()));
    }

    /**
     * Whether a key change that was issued is one that this call asks for. The module's keys may be others by now, so what
     * the call leaves to the module is as it was then.
     */
    static boolean matches(IssueKeyChange issued, MeterConfig meter) {
        MeterConfig.Place from = MeterConfig.Place.of(issued.from());
        MeterConfig.Place to = MeterConfig.Place.of(issued.to());
        MeterConfig.@Nullable Place asked = meter.amendment();
        boolean sameMeter = issued.from().pan().equals(meter.pan())
                && issued.from().algorithm() == meter.algorithm()
                && from.equals(meter.place())
                && issued.sections() == meter.sections();
        boolean leads;
        if (asked == null) {
            leads = (meter.toNewestRevision() && to.differsOnlyInRevision(from))
                    || (meter.toCurrentExpiry() && to.equals(from));
        } else {
            leads = to.equals(asked) || (meter.toNewestRevision() && to.differsOnlyInRevision(asked));
        }
        return sameMeter && leads;
    }
}
