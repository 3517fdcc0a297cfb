package org.metermint.secure.network;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.TestModules;
import org.metermint.token.BaseDate;
import org.metermint.token.Control;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.ExtendedRead;
import org.metermint.token.ExtendedValue;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.ManufacturerCode;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TestToken;
import org.metermint.token.TokenIdentifier;

/** Requests of every kind, for meters under the public test keys and some that there are not. */
final class RandomRequests {
    private record Place(int supplyGroup, int revision, BaseDate base) {}

    private static final List<Place> WIDE = List.of(
            new Place(201457, 1, BaseDate.BASE_2014),
            new Place(201457, 2, BaseDate.BASE_2014),
            new Place(201457, 5, BaseDate.BASE_2014),
            new Place(201462, 1, BaseDate.BASE_2014),
            new Place(123457, 4, BaseDate.BASE_2014),
            new Place(123457, 1, BaseDate.BASE_1993),
            new Place(203557, 6, BaseDate.BASE_2035),
            new Place(201460, 7, BaseDate.BASE_2014),
            new Place(201499, 1, BaseDate.BASE_2014));
    private static final List<Place> NARROW =
            List.of(new Place(123456, 1, BaseDate.BASE_1993), new Place(888888, 1, BaseDate.BASE_1993));
    private static final List<CreditType> UNITS =
            List.of(CreditType.ELECTRICITY, CreditType.WATER, CreditType.GAS, CreditType.TIME);
    private static final List<CreditType> MONEY = List.of(
            CreditType.ELECTRICITY_CURRENCY,
            CreditType.WATER_CURRENCY,
            CreditType.GAS_CURRENCY,
            CreditType.TIME_CURRENCY);
    private static final int METERS = 40;

    private final Random random;
    private final String prefix;
    private int made;

    RandomRequests(Random random, String prefix) {
        this.random = random;
        this.prefix = prefix;
    }

    IssueRequest next() {
        MessageId id = new MessageId(prefix + made++);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> credit(id);
            case 3 -> currency(id);
            case 4, 5 -> management(id);
            case 6 -> keyChange(id);
            default -> new IssueMeterTest(id, test());
        };
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private EncryptionAlgorithm algorithm() {
        return any(List.of(EncryptionAlgorithm.EA07, EncryptionAlgorithm.EA11)); // the interface has no EA09
    }

    private Place place(EncryptionAlgorithm algorithm) {
        return any(algorithm.keyBits() == 128 || random.nextBoolean() ? WIDE : NARROW);
    }

    private MeterKeyState meter(EncryptionAlgorithm algorithm, Place place) {
        MeterKeyState some = TestModules.meter(random.nextInt(METERS));
        return new MeterKeyState(
                some.pan(),
                algorithm,
                new SupplyGroupCode(place.supplyGroup()),
                new TariffIndex(random.nextInt(100)),
                new KeyRevisionNumber(place.revision()),
                some.type());
    }

    /** Of the last hours or the days to come; or left to the module. */
    private TokenIdentifier tid(Place place) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        int minutes = random.nextInt(-100, 4_000);
        int about = switch (place.base()) { // the first of these base dates is over, the last is to come
            case BASE_1993 -> 16_000_000;
            case BASE_2014 ->
                TokenIdentifier.at(TestModules.NOW, BaseDate.BASE_2014).minutes();
            case BASE_2035 -> 5_000;
        };
        TokenIdentifier tid = new TokenIdentifier(about + minutes);
        return tid.isReserved() ? tid.next() : tid;
    }

    private IssueCredit credit(MessageId id) {
        EncryptionAlgorithm algorithm = algorithm();
        Place place = place(algorithm);
        long tenths = random.nextInt(5) == 0 ? random.nextLong(CreditAmount.MAX_TENTHS) : random.nextInt(30_000);
        return new IssueCredit(id, meter(algorithm, place), any(UNITS), new CreditAmount(tenths), tid(place));
    }

    private IssueCurrencyCredit currency(MessageId id) {
        EncryptionAlgorithm algorithm = algorithm();
        Place place = place(algorithm);
        CurrencyAmount amount = new CurrencyAmount(new BigInteger(random.nextInt(1, 48), random)).onToken();
        return new IssueCurrencyCredit(id, meter(algorithm, place), any(MONEY), amount, tid(place));
    }

    private IssueManagement management(MessageId id) {
        EncryptionAlgorithm algorithm = algorithm();
        Place place = place(algorithm);
        ManagementOrder order = switch (random.nextInt(7)) {
            case 0 -> new ManagementOrder.LimitPower(new PowerLimit(random.nextInt(200_000)));
            case 1 -> new ManagementOrder.ClearCredit(CreditRegister.of(any(UNITS)));
            case 2 -> new ManagementOrder.SetTariffRate(new RawValue(random.nextInt(0x10000)));
            case 3 -> new ManagementOrder.ClearTamper();
            case 4 -> new ManagementOrder.LimitPhaseUnbalance(new PowerLimit(random.nextInt(20_000)));
            case 5 -> new ManagementOrder.SetWaterFactor(new RawValue(random.nextInt(0x10000)));
            default -> new ManagementOrder.WriteExtended(ExtendedValue.register(random.nextInt(4), random.nextInt(16)));
        };
        return new IssueManagement(id, meter(algorithm, place), order, tid(place));
    }

    private IssueKeyChange keyChange(MessageId id) {
        EncryptionAlgorithm algorithm = algorithm();
        MeterKeyState from = meter(algorithm, place(algorithm));
        MeterKeyState next = meter(algorithm, place(algorithm));
        MeterKeyState to = new MeterKeyState(
                from.pan(), algorithm, next.supplyGroup(), next.tariffIndex(), next.revision(), next.type());
        return new IssueKeyChange(id, from, to, random.nextInt(2, 5));
    }

    private TestToken test() {
        return switch (random.nextInt(3)) {
            case 0 ->
                new InitiateMeterTestDisplay1(
                        new Control(1L << random.nextInt(28)), new ManufacturerCode(random.nextInt(100)));
            case 1 ->
                new InitiateMeterTestDisplay2(
                        new Control(1L << random.nextInt(28)), new ManufacturerCode(random.nextInt(100, 10_000)));
            default -> ExtendedRead.ofRegister(random.nextInt(8));
        };
    }
}
