package org.metermint.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.token.key.VendingKey;

/** A thousand orders for credit, each for another meter, minute and amount; from a fixed seed. */
final class Orders {
    private static final int COUNT = 1024;
    private static final BaseDate BASE = BaseDate.BASE_2014;

    /**
     * An order for one token.
     *
     * @param identity names the meter's key
     * @param key the meter's key, for who has it at hand
     * @param time when the token is issued
     */
    record Order(DecoderKeyIdentity identity, DecoderKey key, Instant time, Rnd rnd, CreditAmount amount) {
        BaseDate baseDate() {
            return BASE;
        }

        CreditType type() {
            return CreditType.ELECTRICITY;
        }
    }

    private final Order[] orders = new Order[COUNT];
    private int next;

    Orders(EncryptionAlgorithm algorithm) {
        Random random = new Random(62_055);
        VendingKey vendingKey = TestOnlyVendingKeys.edition2();
        for (int i = 0; i < COUNT; i++) {
            String body = String.format("%010d", random.nextLong(10_000_000_000L));
            DecoderKeyIdentity identity = new DecoderKeyIdentity(
                    MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body))),
                    algorithm,
                    new SupplyGroupCode(201_457),
                    new TariffIndex(random.nextInt(100)),
                    new KeyRevisionNumber(1),
                    KeyType.DUTK,
                    BASE);
            orders[i] = new Order(
                    identity,
                    KeyDerivation.DKGA04.derive(vendingKey, identity),
                    BASE.start().plus(Duration.ofSeconds(random.nextLong(20L * 365 * 24 * 3600))),
                    new Rnd(random.nextInt(16)),
                    new CreditAmount(random.nextInt(20_000)));
        }
    }

    Order next() {
        return orders[next++ & COUNT - 1];
    }
}
