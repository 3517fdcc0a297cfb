package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TransferCreditTest {
    private static final long SEED = 44;

    /** The one kind of token that also writes itself without its layout. */
    @Test
    void theExpressionWritesWhatTheLayoutWrites() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            TransferCredit token = new TransferCredit(
                    CreditType.ofBits(random.nextInt(4)),
                    new Rnd(random.nextInt(16)),
                    new TokenIdentifier(random.nextInt(TokenIdentifier.MAX_MINUTES + 1)),
                    new CreditAmount(random.nextLong(CreditAmount.MAX_TENTHS + 1) >>> random.nextInt(24)));

            assertThat(token.subclassAndPayload())
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(TransferCredit.LAYOUT.encode(token));
        }
    }
}
