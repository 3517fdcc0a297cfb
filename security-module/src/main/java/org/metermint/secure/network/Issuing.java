package org.metermint.secure.network;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedRecord;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TokenKind;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.token.BaseDate;
import org.metermint.token.TokenIdentifier;

/**
 * Turns calls into requests to the module. A call that names no key type and leaves revision or identifier to the module
 * stands for one request for ever: what was settled at first is read back from the module's record when the id comes
 * again, so that a repeated call gets the same tokens though keys and clock have moved on.
 */
final class Issuing {
    private final SoftwareSecurityModule module;
    private final TokenRates rates;
    private final InstantSource clock;

    Issuing(SoftwareSecurityModule module, TokenRates rates, InstantSource clock) {
        this.module = module;
        this.rates = rates;
        this.clock = clock;
    }

    /** The keys of the module now. */
    KeyBook keys() throws SecurityModuleException {
        return KeyBook.of(module, clock.instant());
    }

    /** Issues a token, after the key change that the call asks for or allows. */
    List<IssuedRecord> issue(ClientPolicy client, MessageId id, MeterConfig meter, TokenOrder order, TokenTime time)
            throws ApiException, SecurityModuleException {
        try {
            return issueOnce(client, id, meter, order, time);
        } catch (SecurityModuleException e) {
            if (e.kind() != Kind.MESSAGE_ID_REUSED) {
                throw e;
            }
            // the same call at the same time may have settled it otherwise; its record tells
            return issueOnce(client, id, meter, order, time);
        }
    }

    private List<IssuedRecord> issueOnce(
            ClientPolicy client, MessageId id, MeterConfig meter, TokenOrder order, TokenTime time)
            throws ApiException, SecurityModuleException {
        MessageId changeId = KeyChangeIds.before(id);
        Optional<IssuedRecord> known = module.record(client.name(), id);
        Optional<IssuedRecord> knownChange = module.record(client.name(), changeId);
        KeyBook book = keys();
        IssuePlan plan = known.isPresent() || knownChange.isPresent()
                ? resumed(id, meter, known, knownChange)
                : IssuePlan.of(changeId, meter, book);
        @Nullable TokenIdentifier asked = time.identifier(baseDate(plan.target(), book));
        if (known.isEmpty()) {
            rates.draw(client, 1 + (plan.change() == null ? 0 : plan.change().sections()));
        }
        List<IssuedRecord> issued = new ArrayList<>();
        if (plan.change() != null) {
            requirePermitted(client, order.request(id, plan.target(), asked));
            issued.add(issue(client, plan.change()));
        }
        @Nullable TokenIdentifier settled = known.map(record -> identifier(record)).orElse(null);
        if (asked != null && settled != null && time.covers(asked, settled)) {
            asked = settled;
        }
        issued.add(issueAt(client, order, id, plan.target(), asked, time));
        return issued;
    }

    /** What the module will ask too; but then the key change before it would have been made for nothing. */
    private static void requirePermitted(ClientPolicy client, IssueRequest request) throws SecurityModuleException {
        TokenKind kind = TokenKind.of(request);
        if (!client.kinds().contains(kind)) {
            throw new SecurityModuleException(
                    Kind.CLIENT_NOT_PERMITTED, "client " + client.name() + " may not have tokens of kind " + kind);
        }
    }

    private static @Nullable TokenIdentifier identifier(IssuedRecord record) {
        return record.tokens().key() == null ? null : record.tokens().key().tid();
    }

    private static BaseDate baseDate(MeterKeyState target, KeyBook book) throws ApiException {
        return book.find(VendingKeyName.of(target))
                .orElseThrow(() -> ErrorCode.KEYSTORE_NOT_FOUND.with(
                        target.supplyGroup(), target.revision(), "the module no longer holds it"))
                .baseDate();
    }

    /** The plan of a call whose id is known: the one of then, if the call is the one of then. */
    private static IssuePlan resumed(
            MessageId id, MeterConfig meter, Optional<IssuedRecord> known, Optional<IssuedRecord> knownChange)
            throws SecurityModuleException {
        if (knownChange.isPresent() && knownChange.get().request() instanceof IssueKeyChange change) {
            if (IssuePlan.matches(change, meter)) {
                return new IssuePlan(change, change.to());
            }
        } else if (known.isPresent() && meter.amendment() == null) {
            Optional<MeterKeyState> then = Requests.meter(known.get().request())
                    .filter(state -> MeterConfig.Place.of(state).equals(meter.place()));
            if (then.isPresent()) {
                return new IssuePlan(
                        null,
                        new MeterKeyState(
                                meter.pan(),
                                meter.algorithm(),
                                then.get().supplyGroup(),
                                then.get().tariffIndex(),
                                then.get().revision(),
                                then.get().type()));
            }
        }
        throw new SecurityModuleException(
                Kind.MESSAGE_ID_REUSED,
                "message id " + id + " stands for another request (it differs in meterConfig); give a new request an id"
                        + " of its own");
    }

    /** Issues at an identifier, or at one of the next ones if the meter has used it and the call does not insist. */
    private IssuedRecord issueAt(
            ClientPolicy client,
            TokenOrder order,
            MessageId id,
            MeterKeyState target,
            @Nullable TokenIdentifier asked,
            TokenTime time)
            throws SecurityModuleException {
        @Nullable TokenIdentifier tid = asked;
        while (true) {
            try {
                return issue(client, order.request(id, target, tid));
            } catch (SecurityModuleException e) {
                if (e.kind() != Kind.TID_NOT_RISING
                        || asked == null
                        || tid == null
                        || tid.minutes() == TokenIdentifier.MAX_MINUTES
                        || !time.covers(asked, tid.next())) {
                    throw e;
                }
                tid = tid.next();
            }
        }
    }

    /** Issues a key change alone. */
    IssuedRecord changeKey(ClientPolicy client, MessageId id, MeterConfig meter)
            throws ApiException, SecurityModuleException {
        Optional<IssueRequest> known = module.record(client.name(), id).map(IssuedRecord::request);
        if (known.isPresent() && known.get() instanceof IssueKeyChange then && IssuePlan.matches(then, meter)) {
            return issue(client, then);
        }
        IssuePlan plan = IssuePlan.of(id, meter, keys());
        if (plan.change() == null) {
            throw new IllegalArgumentException("a key change leads to a key that is asked for");
        }
        if (known.isEmpty()) {
            rates.draw(client, plan.change().sections());
        }
        return issue(client, plan.change());
    }

    /** Issues a request as it is, but within the client's rate. */
    IssuedRecord issueWithinRate(ClientPolicy client, IssueRequest request) throws SecurityModuleException {
        if (module.record(client.name(), request.messageId()).isEmpty()) {
            rates.draw(client, 1);
        }
        return issue(client, request);
    }

    private IssuedRecord issue(ClientPolicy client, IssueRequest request) throws SecurityModuleException {
        return new IssuedRecord(request, module.as(client.name()).issue(request));
    }

    /** What an id of a client was answered with: the key change that came first, then the token; empty if it was not. */
    List<IssuedRecord> find(ClientPolicy client, MessageId id) throws SecurityModuleException {
        List<IssuedRecord> issued = new ArrayList<>();
        Optional<IssuedRecord> token = module.record(client.name(), id);
        if (token.isPresent()) {
            module.record(client.name(), KeyChangeIds.before(id)).ifPresent(issued::add);
            issued.add(token.get());
        }
        return issued;
    }
}
