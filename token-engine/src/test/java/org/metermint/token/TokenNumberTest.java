package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenNumberTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0000000000000000000, 00000000000000000000",
        "0, -1, 18446744073709551615",
        "1, 0, 18446744073709551616",
        "3, -1, 73786976294838206463",
    })
    void digits_atTheEdges_areThoseOfTheNumber(int high, long low, String digits) {
        assertThat(new TokenNumber(high, low).digits()).isEqualTo(digits);
        assertThat(TokenNumber.ofDigits(digits)).isEqualTo(new TokenNumber(high, low));
    }

    @Test
    void readingDigitsInvertsWritingThem() {
        Random random = new Random(66);
        for (int i = 0; i < 20_000; i++) {
            TokenNumber token = new TokenNumber(random.nextInt(4), random.nextLong() >>> random.nextInt(64));
            BigInteger value = BigInteger.valueOf(token.high())
                    .shiftLeft(64)
                    .or(new BigInteger(Long.toUnsignedString(token.low())));
            assertThat(token.digits()).isEqualTo(String.format("%020d", value));
            assertThat(TokenNumber.ofDigits(token.digits())).isEqualTo(token);
            assertThat(new BigInteger(token.hex(), 16)).isEqualTo(value);
            assertThat(TokenNumber.parse(token.grouped())).isEqualTo(token);
        }
    }

    @Test
    void parse_digitsAsPeopleTypeThem_areTheSameToken() {
        TokenNumber token = TokenNumber.ofDigits("12345678901234567890");
        assertThat(token.grouped()).isEqualTo("1234 5678 9012 3456 7890");
        assertThat(TokenNumber.parse(" 1234-5678-9012-3456-7890 ")).isEqualTo(token);
        assertThat(TokenNumber.parse("1234.5678\u00a09012\u20133456\t7890\n")).isEqualTo(token);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1234567890123456789|token has 19 digits; it needs 20",
                "123456789012345678901|token has 21 digits; it needs 20",
                "1234567890123456789O|token has 'O' at position 20; only the digits 0 to 9 are allowed",
                "+1234567890123456789|token has '+' at position 1; only the digits 0 to 9 are allowed",
                "73786976294838206464|token 73786976294838206464 is above 73786976294838206463, the largest number of 66 bits",
                "99999999999999999999|token 99999999999999999999 is above 73786976294838206463, the largest number of 66 bits",
            })
    void parse_notAToken_saysWhy(String text, String message) {
        assertThatThrownBy(() -> TokenNumber.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void parse_digitsOfAnotherScript_areRefused() {
        assertThatThrownBy(() -> TokenNumber.parse("\u0661".repeat(20)))
                .hasMessage("token has character U+0661 at position 1; only the digits 0 to 9 are allowed");
    }
}
