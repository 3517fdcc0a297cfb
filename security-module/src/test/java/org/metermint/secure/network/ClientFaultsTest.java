package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of a module in the words of its client. */
class ClientFaultsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "15368358-94eb-44ec-b92b-6ff64f251f2d",
                "94eb1234-5678-4012-8345-678901234567",
                "TSM250-0012345678901"
            })
    void nameOfAModule_staysAsItIs(String name) {
        assertThat(ClientFaults.printable(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token 56493153725450313471 made",
                "token 5649 3153 7254 5031 3471 made",
                "meter 600727000000000009 has it"
            })
    void longNumberInASentence_isNotRepeated(String sentence) {
        assertThat(ClientFaults.clean(sentence)).contains("(number of ").doesNotContainPattern("[0-9]{4}");
    }

    @Test
    void whatCannotBePrinted_andWhatIsTooLong_isCut() {
        assertThat(ClientFaults.printable("a\nb\u0007")).isEqualTo("a?b?");
        assertThat(ClientFaults.printable("x".repeat(10_000)))
                .hasSizeLessThan(1_000)
                .endsWith("...");
    }
}
