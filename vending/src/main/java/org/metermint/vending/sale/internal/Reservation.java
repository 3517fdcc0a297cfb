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
import org.metermint.tariff.Purchase;
import org.metermint.token.TokenNumber;
import org.metermint.vending.money.Money;
import org.metermint.vending.sale.FreeUnits;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;
import org.metermint.vending.sale.TokenStamp;

/**
 * A sale of a batch, from the reservation to its tokens.
 *
 * @param id of the sale, and message id of its credit token, if it has one
 * @param changeId message id of the key change set, if the sale carries one
 * @param shift the seller's open shift, in whose totals the sale counts
 * @param free the sale of the free units that come along, which is another of the batch
 */
record Reservation(
        Flight flight,
        UUID id,
        long receiptNumber,
        Priced priced,
        @Nullable UUID changeId,
        @Nullable Long shift,
        Optional<Reservation> free) {
    /** What the security module is asked for. */
    OpenSale open() {
        return new OpenSale(
                flight.client().utility(),
                id,
                priced.target(),
                priced.credit(),
                priced.minting().map(Priced.Minting::tid),
                priced.keyChange()
                        .map(change -> new OpenSale.KeyChange(
                                Objects.requireNonNull(changeId), change.from(), change.tokens())));
    }

    /**
     * The sale with its tokens, equal to what the database gives back.
     *
     * @param freeTokens of the free units that come along, if they were issued
     */
    Sale issued(Tokens tokens, Optional<Tokens> freeTokens, Instant decidedAt) {
        Assessment assessment = priced.assessment();
        MeterKeyState target = priced.target();
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
                priced.minting().map(one -> new TokenStamp(one.plan().key().baseDate(), one.tid())),
                tokens.inOrder(kind(assessment), freeTokens.flatMap(Tokens::credit)),
                free.map(units -> new FreeUnits(
                        units.id,
                        units.receiptNumber,
                        units.priced.credit().amount(),
                        freeTokens.isPresent() ? SaleState.ISSUED : SaleState.RESERVED)),
                tokens.testOnly(),
                Optional.of(decidedAt),
                Optional.empty());
    }

    /** What a sale's own token is. */
    static SaleToken.Kind kind(Assessment assessment) {
        return assessment.purchase() instanceof Purchase.Free ? SaleToken.Kind.FREE : SaleToken.Kind.CREDIT;
    }

    /**
     * What the security module issued for a sale.
     *
     * @param change the key change set, empty if the sale has none
     * @param credit none if there was nothing to issue
     */
    record Tokens(List<TokenNumber> change, Optional<TokenNumber> credit, boolean testOnly) {
        /** Of a sale without a token. */
        static final Tokens NONE = new Tokens(List.of(), Optional.empty(), false);

        /** Of the answers to {@link OpenSale#issueRequests()}. */
        static Tokens of(List<IssuedTokens> issued) {
            return issued.isEmpty()
                    ? NONE
                    : new Tokens(
                            issued.size() > 1 ? issued.getFirst().tokens() : List.of(),
                            Optional.of(issued.getLast().tokens().getFirst()),
                            issued.stream().anyMatch(IssuedTokens::testOnly));
        }

        /** In the order of entry: the key change set, the free units that came along, then the sale's own token. */
        List<SaleToken> inOrder(SaleToken.Kind own, Optional<TokenNumber> free) {
            int of = change.size() + (free.isPresent() ? 1 : 0) + (credit.isPresent() ? 1 : 0);
            List<SaleToken> tokens = new ArrayList<>(of);
            change.forEach(token -> tokens.add(new SaleToken(tokens.size() + 1, of, SaleToken.Kind.KEY_CHANGE, token)));
            free.ifPresent(token -> tokens.add(new SaleToken(tokens.size() + 1, of, SaleToken.Kind.FREE, token)));
            credit.ifPresent(token -> tokens.add(new SaleToken(of, of, own, token)));
            return tokens;
        }

        /** Leaves the digits out. */
        @Override
        public String toString() {
            return "Tokens[" + (change.size() + (credit.isPresent() ? 1 : 0)) + "]";
        }
    }
}
