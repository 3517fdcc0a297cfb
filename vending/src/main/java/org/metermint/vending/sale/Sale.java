package org.metermint.vending.sale;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Purchase;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.money.Money;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.supply.Service;

/**
 * A sale as the database holds it.
 *
 * @param id also the message id under which the security module issues the credit token
 * @param receiptNumber unique in the installation, rising, with gaps
 * @param operator code of the person at the till, if the request named one
 * @param terminal code of the device, if the request named one
 * @param account number of the account
 * @param supplyGroup SGC of the key that the credit token is under
 * @param assessment what was priced: tariff version, position, lines, rounding
 * @param credit what the credit token decodes to; nothing if what was due used the payment up
 * @param stamp of the credit token, if there is one
 * @param tokens in the order of entry, with those of the free units that came along; empty unless completed
 * @param free the free units that came along, if any
 * @param testOnly whether a public test key made the tokens
 * @param refusal why, if the state is {@link SaleState#REFUSED}
 */
public record Sale(
        UUID id,
        UtilityId utility,
        long receiptNumber,
        String clientId,
        String vendorCode,
        String requestId,
        Optional<String> operator,
        Optional<String> terminal,
        Instant receivedAt,
        SaleState state,
        MeterPan meter,
        EncryptionAlgorithm algorithm,
        String account,
        PaymentType payment,
        Money tender,
        Service service,
        Assessment assessment,
        SaleCredit credit,
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        TariffIndex tariffIndex,
        Optional<TokenStamp> stamp,
        List<SaleToken> tokens,
        Optional<FreeUnits> free,
        boolean testOnly,
        Optional<Instant> decidedAt,
        Optional<Refusal> refusal) {
    public Sale {
        tokens = List.copyOf(tokens);
    }

    /** Whether it is a sale of free units, which nobody pays for. */
    public boolean isFree() {
        return assessment.purchase() instanceof Purchase.Free;
    }

    /** The sale as it was answered first: whatever was heard of its delivery since changes no answer. */
    public Sale asAnswered() {
        if (state != SaleState.DELIVERED) {
            return this;
        }
        return new Sale(
                id,
                utility,
                receiptNumber,
                clientId,
                vendorCode,
                requestId,
                operator,
                terminal,
                receivedAt,
                SaleState.ISSUED,
                meter,
                algorithm,
                account,
                payment,
                tender,
                service,
                assessment,
                credit,
                supplyGroup,
                revision,
                tariffIndex,
                stamp,
                tokens,
                free,
                testOnly,
                decidedAt,
                refusal);
    }
}
