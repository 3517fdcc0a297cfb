package org.metermint.secure.internal;

import java.time.Instant;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueLimit;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TokenKind;
import org.metermint.token.BaseDate;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenIdentifier;

/** What the owner of the module does not let a client have, although the standard would. */
final class ClientRules {
    private ClientRules() {}

    /** Kind of token and supply groups are among those of the client. */
    static void requirePermitted(IssuePolicy policy, ClientName name, IssueRequest request)
            throws SecurityModuleException {
        ClientPolicy client = requireKnown(policy, name);
        TokenKind kind = TokenKind.of(request);
        if (!client.kinds().contains(kind)) {
            throw notPermitted("client " + name + " may not have tokens of kind " + kind
                    + "; its owner can permit them in the policy");
        }
        MeterKeyState meter = IssuedMessage.meter(request);
        if (meter != null) {
            requireCovered(client, meter.supplyGroup());
        }
        if (request instanceof IssueKeyChange change) {
            requireCovered(client, change.to().supplyGroup());
        }
    }

    /** The client is one of the module's, and meters of the supply group are its business. */
    static void requireCovered(IssuePolicy policy, ClientName name, SupplyGroupCode group)
            throws SecurityModuleException {
        requireCovered(requireKnown(policy, name), group);
    }

    static ClientPolicy requireKnown(IssuePolicy policy, ClientName name) throws SecurityModuleException {
        return policy.client(name)
                .orElseThrow(() -> notPermitted(
                        "client " + name + " is not among those of the policy; its owner can add it there"));
    }

    private static void requireCovered(ClientPolicy client, SupplyGroupCode group) throws SecurityModuleException {
        if (!client.covers(group)) {
            throw notPermitted("client " + client.name() + " may have nothing for supply group " + group
                    + "; its owner can permit it in the policy");
        }
    }

    /** The module has not been told to stop. */
    static void requireUninhibited(IssuePolicy policy, Instant now) throws SecurityModuleException {
        Instant from = policy.inhibitFrom();
        if (from != null && !now.isBefore(from)) {
            throw new SecurityModuleException(
                    Kind.INHIBITED,
                    "the module issues nothing from " + from + " on, and it is " + now
                            + "; its owner can move that date in the policy");
        }
    }

    /** The identifier is not so far ahead that it would shut out the meter's next tokens. */
    static void requireNear(IssuePolicy policy, TokenIdentifier tid, BaseDate baseDate, Instant now)
            throws SecurityModuleException {
        Instant time = tid.time(baseDate);
        if (time.isAfter(now.plus(policy.maxAhead()))) {
            throw new SecurityModuleException(
                    Kind.TID_TOO_FAR_AHEAD,
                    "token identifier " + tid.minutes() + " means " + time + ", and it is " + now
                            + "; the policy lets identifiers be ahead by " + policy.maxAhead()
                            + ": check the clocks, or reserve an earlier one under a new message id");
        }
    }

    /** One token does not carry more than it may. */
    static void requireAmount(IssuePolicy policy, IssueRequest request) throws SecurityModuleException {
        long largest = policy.limit(TokenKind.of(request), PeriodTotals.group(request))
                .map(IssueLimit::largestAmount)
                .orElse(IssueLimit.UNLIMITED);
        long amount = PeriodTotals.amount(request);
        if (amount > largest) {
            throw new SecurityModuleException(
                    Kind.LIMIT_REACHED,
                    "an amount of " + amount + " is more than the " + largest
                            + " that one token may carry; issue less, or raise the limit in the policy");
        }
    }

    private static SecurityModuleException notPermitted(String message) {
        return new SecurityModuleException(Kind.CLIENT_NOT_PERMITTED, message);
    }
}
