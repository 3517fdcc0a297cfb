package org.metermint.token.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VendingKeyTest {
    private static final String EDITION_1 = "ABABABABABABABAB";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 9, 15, 17, 19, 21, 24})
    void of_wrongLength_namesItAndWhatIsNeeded(int length) {
        assertThatThrownBy(() -> VendingKey.of(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vending key has " + length
                        + " octets; it needs 8 (DKGA01, DKGA02), 16 (DKGA03) or 20 (DKGA04)");
    }

    @Test
    void parseHex_wrongLength_namesItAndWhatIsNeeded() {
        assertThatThrownBy(() -> VendingKey.parseHex(EDITION_1 + "0"))
                .hasMessage("vending key has 17 hexadecimal digits; it needs 16 or 32 or 40");
    }

    @Test
    void parseHex_noHexadecimalDigit_namesThePlaceOnly() {
        assertThatThrownBy(() -> VendingKey.parseHex("ABABABxBABABABAB"))
                .hasMessage("vending key has a character at position 7 that is no hexadecimal digit");
        assertThatThrownBy(() -> VendingKey.parseHex("ABABABABABABABA\uFF11"))
                .hasMessage("vending key has a character at position 16 that is no hexadecimal digit");
    }

    @Test
    void parseHex_evenParity_namesTheOctetAndNotItsValue() {
        assertThatThrownBy(() -> VendingKey.parseHex("ABABABABAAABABAB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("vending key octet 4 (of 0..7) has even parity")
                .hasMessageNotContaining("AA");
    }

    @Test
    void parseHex_evenParityInLongerKeys_isNoMatter() {
        assertThat(VendingKey.parseHex("AA".repeat(16)).bits()).isEqualTo(128);
        assertThat(VendingKey.parseHex("aa".repeat(20)).bits()).isEqualTo(160);
    }

    @Test
    void clearOctets_changed_leaveTheKeyAsItWas() {
        VendingKey key = VendingKey.parseHex(EDITION_1);
        key.clearOctets()[0] = 0;

        assertThat(key).isEqualTo(VendingKey.parseHex(EDITION_1));
    }

    @Test
    void equals_otherKeyOrLength_isFalse() {
        VendingKey key = VendingKey.parseHex(EDITION_1);

        assertThat(key)
                .isEqualTo(VendingKey.parseHex(EDITION_1.toLowerCase(Locale.ROOT)))
                .hasSameHashCodeAs(VendingKey.parseHex("9494949494949494"))
                .isNotEqualTo(VendingKey.parseHex("9494949494949494"))
                .isNotEqualTo(VendingKey.parseHex(EDITION_1 + EDITION_1))
                .isNotEqualTo(null);
    }

    @Test
    void toString_ofAnyKey_tellsItsLengthOnly() {
        assertThat(VendingKey.parseHex(EDITION_1)).hasToString("VendingKey[64 secret bits]");
    }

    @Test
    void destroy_key_isRefusedFromThenOn() {
        VendingKey key = TestOnlyVendingKeys.edition2();
        key.destroy();

        assertThat(key.isDestroyed()).isTrue();
        assertThat(key.equals(TestOnlyVendingKeys.edition2())).isFalse();
        assertThatThrownBy(key::clearOctets)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the vending key is destroyed");
        assertThatThrownBy(key::checkValue).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Dkga04Deriver(key)).isInstanceOf(IllegalStateException.class);
    }

    /** Computed apart: DES and triple DES of eight zero octets, HMAC-SHA-256 of nothing. */
    @Test
    void checkValue_ofEachLength_isAsComputedElsewhere() {
        assertThat(VendingKey.parseHex(EDITION_1).checkValue()).isEqualTo("C33F45");
        assertThat(VendingKey.parseHex("ABABABABABABABAB9494949494949494").checkValue())
                .isEqualTo("316C0A");
        assertThat(TestOnlyVendingKeys.edition2().checkValue()).isEqualTo("FD384D");
    }

    @Test
    void testOnlyKeys_enteredAnew_areRecognised() {
        for (TestOnlyVendingKeys.Entry entry : TestOnlyVendingKeys.entries()) {
            assertThat(TestOnlyVendingKeys.contains(VendingKey.of(entry.key().clearOctets())))
                    .isTrue();
            assertThat(entry.key().bits()).isEqualTo(entry.derivation().vendingKeyBits());
            assertThat(entry.derivation().isLegacy()).isFalse();
        }
        assertThat(TestOnlyVendingKeys.contains(VendingKey.parseHex("01".repeat(20))))
                .isFalse();
    }
}
