package org.metermint.vending.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomerDetailsTest {
    @ParameterizedTest
    @CsvSource({
        "Thandi Dlamini, T. D***i",
        "Thandi, T***i",
        "Gonçalo Muñoz van der Westhuizen, G. M. v. d. W***n",
        "Li, L***",
        "Ann, A***",
        "X, *",
        "J Smith, * S***h",
        "王小明, 王***",
        "فاطمة الزهراء, ف. ا***ء",
        "E\u0301lodie, E\u0301***e",
        "'  Thandi   Dlamini ', T. D***i",
    })
    void masked_leavesInitialsAndTheEndOfTheLastWord(String name, String masked) {
        assertThat(CustomerDetails.masked(name)).isEqualTo(masked);
    }

    @Test
    void masked_ofAnyName_tellsNoWordOfItWhole() {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        int[] letters = "abcdefgHIJ éñ東京شر\uD83D\uDD0C\u0301 ".codePoints().toArray();
        for (int i = 0; i < 5_000; i++) {
            StringBuilder name = new StringBuilder("a");
            for (int length = random.nextInt(30); length > 0; length--) {
                name.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            String masked = CustomerDetails.masked(name.toString());
            for (String word : name.toString().strip().split("\\s+", -1)) {
                assertThat(masked.split(" ", -1)).as("%s, seed %d", name, seed).doesNotContain(word);
            }
        }
    }
}
