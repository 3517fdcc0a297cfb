package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.Assessment;
import org.metermint.token.TokenNumber;
import org.metermint.vending.money.Money;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;

/**
 * A sale of a batch, from the reservation to its tokens.
 *
 * @param id of the sale, and message id of its credit token
 * @param changeId message id of the key change set, if the sale carries one
 * @param shift the seller's open shift, in whose totals the sale counts
 */
record Reservation(
        Flight flight,
        UUID id,
        long receiptNumber,
        Priced priced,
        @Nullable UUID changeId,
        @Nullable Long shift) {
    /** What the security module is asked for. */
    OpenSale open() {
        return new OpenSale(
                flight.client().utility(),
                id,
                priced.plan().target(),
                priced.credit(),
                priced.tid(),
                priced.plan()
                        .change()
                        .map(change -> new OpenSale.KeyChange(
                                Objects.requireNonNull(changeId), change.from(), change.tokens())));
    }

    /** The sale with its tokens, equal to what the database gives back. */
    Sale issued(Tokens tokens, Instant decidedAt) {
        Assessment assessment = priced.assessment();
        MeterKeyState target = priced.plan().target();
        return new Sale(
                id,
                flight.client().utility(),
                receiptNumber,
                flight.client().clientId(),
                flight.client().vendorCode(),
                flight.request().requestId(),
                flight.request().operator(),
                flight.request().terminal(),
                flight.receivedAt(),
                SaleState.ISSUED,
                target.pan(),
                target.algorithm(),
                priced.meter().accountNumber(),
                flight.request().payment(),
                new Money(
                        priced.tender(),
                        assessment.tariff().minorDigits(),
                        assessment.tariff().currency()),
                priced.service(),
                assessment,
                priced.credit(),
                target.supplyGroup(),
                target.revision(),
                target.tariffIndex(),
                priced.plan().key().baseDate(),
                priced.tid(),
                tokens.inOrder(),
                tokens.testOnly(),
                Optional.of(decidedAt),
                Optional.empty());
    }

    /**
     * What the security module issued for a sale.
     *
     * @param change the key change set, empty if the sale has none
     */
    record Tokens(List<TokenNumber> change, TokenNumber credit, boolean testOnly) {
        /** Of the answers to {@link OpenSale#issueRequests()}. */
        static Tokens of(List<IssuedTokens> issued) {
            return new Tokens(
                    issued.size() > 1 ? issued.getFirst().tokens() : List.of(),
                    issued.getLast().tokens().getFirst(),
                    issued.stream().anyMatch(IssuedTokens::testOnly));
        }

        List<SaleToken> inOrder() {
            int of = change.size() + 1;
            List<SaleToken> tokens = new ArrayList<>(of);
            for (TokenNumber token : change) {
                tokens.add(new SaleToken(tokens.size() + 1, of, SaleToken.Kind.KEY_CHANGE, token));
            }
            tokens.add(new SaleToken(of, of, SaleToken.Kind.CREDIT, credit));
            return tokens;
        }

        /** Leaves the digits out. */
        @Override
        public String toString() {
            return "Tokens[" + (change.size() + 1) + "]";
        }
    }
}
