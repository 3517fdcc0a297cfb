package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.meter.TestMeters.KEY_64;
import static org.metermint.meter.TestMeters.PAN;
import static org.metermint.meter.TestMeters.RND;
import static org.metermint.meter.TestMeters.currency;
import static org.metermint.meter.TestMeters.digits;
import static org.metermint.meter.TestMeters.make;
import static org.metermint.meter.TestMeters.reopen;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.ClearCredit;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KnownToken;
import org.metermint.token.TokenIdentifier;

/**
 * Credit equals the sum of accepted tokens less what was used and cleared: random sequences of tokens, repeats, loads and
 * power cuts against a model that is as plain as it can be. The parameter is the seed.
 */
class CreditLawTest {
    private static final int STEPS = 150;
    private static final int MINUTES = 300;

    @TempDir
    private Path directory;

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, Boolean.getBoolean("metermint.full") ? 200 : 12);
    }

    /** Used identifiers in a plain list of fifty, money in decimals. */
    private static final class Model {
        private final CreditType type;
        private final BigDecimal price;
        private final List<Integer> used = new ArrayList<>(Collections.nCopies(50, 0));
        private BigInteger credit = BigInteger.ZERO;
        private BigInteger consumed = BigInteger.ZERO;

        Model(CreditType type, long price) {
            this.type = type;
            this.price = BigDecimal.valueOf(price);
        }

        boolean accepts(int tid) {
            return tid >= Collections.min(used) && !used.contains(tid);
        }

        void use(int tid) {
            used.remove(Collections.min(used));
            used.add(tid);
        }

        BigInteger cost(BigInteger quantity) {
            return type.isCurrency()
                    ? new BigDecimal(quantity)
                            .multiply(price)
                            .divide(new BigDecimal("3600000000"), 0, RoundingMode.DOWN)
                            .toBigInteger()
                    : quantity;
        }

        BigInteger costOfMore(long grains) {
            return cost(consumed.add(BigInteger.valueOf(grains))).subtract(cost(consumed));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void creditIsWhatWasAcceptedLessWhatWasUsed(long seed) throws Exception {
        Random random = new Random(seed);
        boolean currency = seed % 2 == 0;
        CreditType type = currency ? CreditType.ELECTRICITY_CURRENCY : CreditType.ELECTRICITY;
        long price = 1 + random.nextLong(2_000_000);
        MeterSpecification usual = MeterSpecification.of(PAN, EncryptionAlgorithm.EA07, type);
        Path file = directory.resolve("a.meter");
        Model model = new Model(type, currency ? price : 0);
        VirtualMeter meter = make(file, currency ? usual.withPrice(price) : usual);
        try {
            for (int step = 0; step < STEPS; step++) {
                int tid = 1 + random.nextInt(MINUTES);
                switch (random.nextInt(8)) {
                    case 0, 1, 2, 3 -> enterCredit(meter, model, tid, 1 + random.nextInt(20_000));
                    case 4, 5 -> consume(meter, model, random.nextLong(40_000_000_000L));
                    case 6 -> {
                        meter.close();
                        meter = reopen(file);
                    }
                    default -> clearCredit(meter, model, tid);
                }
                assertThat(meter.status().balance().grains())
                        .as("seed %d", seed)
                        .isEqualTo(model.credit.longValueExact());
                assertThat(meter.status().consumed().grains()).isEqualTo(model.consumed.longValueExact());
            }
        } finally {
            meter.close();
        }
    }

    private static void enterCredit(VirtualMeter meter, Model model, int tid, long amount) throws Exception {
        boolean accepted = model.accepts(tid);
        KnownToken token = model.type.isCurrency()
                ? currency(model.type, tid, amount)
                : TestMeters.credit(model.type, tid, amount);
        assertThat(meter.enter(digits(token, KEY_64)).accepted()).isEqualTo(accepted);
        if (accepted) {
            model.use(tid);
            model.credit = model.credit.add(
                    model.type.isCurrency()
                            ? CurrencyAmount.ofSteps(amount).onToken().steps()
                            : BigInteger.valueOf(
                                            new CreditAmount(amount).onToken().tenths())
                                    .multiply(BigInteger.valueOf(360_000_000)));
        }
    }

    private static void clearCredit(VirtualMeter meter, Model model, int tid) throws Exception {
        boolean accepted = model.accepts(tid);
        ClearCredit token = new ClearCredit(RND, new TokenIdentifier(tid), CreditRegister.ALL);
        assertThat(meter.enter(digits(token, KEY_64)).accepted()).isEqualTo(accepted);
        if (accepted) {
            model.use(tid);
            model.credit = BigInteger.ZERO;
        }
    }

    private static void consume(VirtualMeter meter, Model model, long grains) throws Exception {
        Consumption consumption = meter.consume(new Quantity(Resource.ELECTRICITY, grains));
        long drawn = consumption.drawn().grains();
        if (model.credit.signum() == 0) {
            assertThat(drawn).isZero();
            return;
        }
        BigInteger wanted = model.costOfMore(grains);
        if (wanted.compareTo(model.credit) < 0) {
            assertThat(drawn).isEqualTo(grains);
            model.credit = model.credit.subtract(wanted);
        } else {
            // it stops with the first grain that costs the last of the credit
            assertThat(model.costOfMore(drawn)).isGreaterThanOrEqualTo(model.credit);
            assertThat(model.costOfMore(drawn - 1)).isLessThan(model.credit);
            model.credit = BigInteger.ZERO;
        }
        model.consumed = model.consumed.add(BigInteger.valueOf(drawn));
    }
}
