package org.metermint.secure.network;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.ExtendedValue;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.TokenIdentifier;

/** What a caller wants a token to say, before the meter's key and the identifier are settled. */
@FunctionalInterface
interface TokenOrder {
    IssueRequest request(MessageId id, MeterKeyState meter, @Nullable TokenIdentifier tid);

    String AMOUNT = "transferAmount";

    /** Credit of a subclass of class 0, in tenths of the unit or in 0.00001 of the currency. */
    static TokenOrder credit(int subclass, double transferAmount) throws ApiException {
        CreditType type = CreditType.ofSubclass(Parameters.inRange("subclass", subclass, 0, 7));
        if (type.isCurrency()) {
            CurrencyAmount amount =
                    new CurrencyAmount(Parameters.whole(AMOUNT, transferAmount, CurrencyAmount.MAX_STEPS));
            return (id, meter, tid) -> new IssueCurrencyCredit(id, meter, type, amount, tid);
        }
        CreditAmount amount = new CreditAmount(whole(transferAmount, CreditAmount.MAX_TENTHS));
        return (id, meter, tid) -> new IssueCredit(id, meter, type, amount, tid);
    }

    /** What a subclass of class 2 sets a meter to. */
    static TokenOrder management(int subclass, double transferAmount) throws ApiException {
        ManagementOrder order = switch (subclass) {
            case 0 -> new ManagementOrder.LimitPower(power(transferAmount));
            case 1 -> new ManagementOrder.ClearCredit(new CreditRegister(sixteenBits(transferAmount)));
            case 2 -> new ManagementOrder.SetTariffRate(new RawValue(sixteenBits(transferAmount)));
            case 3, 4, 8, 9 ->
                throw Parameters.outOfRange(
                        "subclass", subclass, "no key change token; those come from issueKeyChangeTokens");
            case 5 -> {
                whole(transferAmount, 0);
                yield new ManagementOrder.ClearTamper();
            }
            case 6 -> new ManagementOrder.LimitPhaseUnbalance(power(transferAmount));
            case 7 -> new ManagementOrder.SetWaterFactor(new RawValue(sixteenBits(transferAmount)));
            case 10 -> new ManagementOrder.WriteExtended(new ExtendedValue(sixteenBits(transferAmount)));
            default -> throw Parameters.outOfRange("subclass", subclass, "one of 0, 1, 2, 5, 6, 7, 10");
        };
        return (id, meter, tid) -> new IssueManagement(id, meter, order, tid);
    }

    private static PowerLimit power(double transferAmount) throws ApiException {
        return new PowerLimit(whole(transferAmount, PowerLimit.MAX_WATTS));
    }

    private static int sixteenBits(double transferAmount) throws ApiException {
        return (int) whole(transferAmount, 0xFFFF);
    }

    private static long whole(double transferAmount, long highest) throws ApiException {
        return Parameters.whole(AMOUNT, transferAmount, BigInteger.valueOf(highest))
                .longValueExact();
    }
}
