package org.metermint.secure.network;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.MessageId;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.Secret;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenNumber;

/** Reads single parameters of calls; what is out of range is told by its name, value and bound. */
final class Parameters {
    private static final int SHOWN = 40;
    private static final int CENTURY_TURN = 70;

    private Parameters() {}

    /** A peer's text as an error may repeat it: short, and in printable ASCII. */
    static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return "'" + (printable.length() > SHOWN ? printable.substring(0, SHOWN) + "..." : printable) + "'";
    }

    static ApiException outOfRange(String name, Object value, String expected) {
        return ErrorCode.PARAM_RANGE.with(name, value, expected);
    }

    static int inRange(String name, int value, int lowest, int highest) throws ApiException {
        if (value < lowest || value > highest) {
            throw outOfRange(name, value, lowest + ".." + highest);
        }
        return value;
    }

    /** A message id that a caller may give. */
    static MessageId messageId(String name, String text) throws ApiException {
        MessageId id;
        try {
            id = new MessageId(text);
        } catch (IllegalArgumentException e) {
            throw outOfRange(name, shown(text), "1 to 40 of a-z A-Z 0-9 - _ . , and a letter or digit first");
        }
        if (KeyChangeIds.isReserved(id)) {
            throw outOfRange(name, shown(text), "an id that does not begin with " + KeyChangeIds.PREFIX);
        }
        return id;
    }

    static ClientName clientName(String text) throws ApiException {
        try {
            return new ClientName(text);
        } catch (IllegalArgumentException e) {
            throw ErrorCode.SIGNIN_SUBJECT.with(
                    SignIn.REALM, "names have 1 to 32 of a-z 0-9 . _ - and a letter or digit first");
        }
    }

    /** A meter from its number of 11 or 13 digits, or its PAN of 18. */
    static MeterPan meter(String name, String digits) throws ApiException {
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw ErrorCode.DRN_OR_PAN.with(name, "it has other characters than digits");
        }
        int length = digits.length();
        if (length != 11 && length != 13 && length != 18) {
            throw ErrorCode.DRN_OR_PAN.with(
                    name, "it has " + length + " digits; a meter number has 11 or 13, a meter PAN 18");
        }
        if (length == 18 && !digits.startsWith("600727") && !digits.startsWith("0000")) {
            throw ErrorCode.DRN_OR_PAN.with(name, "a meter PAN begins with 600727 or 0000");
        }
        try {
            return length == 18 ? new MeterPan(digits) : MeterPan.of(new DecoderReferenceNumber(digits));
        } catch (IllegalArgumentException e) { // nothing else is left to be wrong
            throw ErrorCode.DRN_OR_PAN_CHECK_DIGIT.with(name, "compare it with the meter");
        }
    }

    static EncryptionAlgorithm algorithm(String name, int number) throws ApiException {
        return switch (number) {
            case 7 -> EncryptionAlgorithm.EA07;
            case 11 -> EncryptionAlgorithm.EA11;
            default -> throw outOfRange(name, number, "7 or 11");
        };
    }

    static SupplyGroupCode supplyGroup(String name, int value) throws ApiException {
        return new SupplyGroupCode(inRange(name, value, 0, 999_999));
    }

    static KeyRevisionNumber revision(String name, int value) throws ApiException {
        return new KeyRevisionNumber(inRange(name, value, 1, 9));
    }

    static TariffIndex tariffIndex(String name, int value) throws ApiException {
        return new TariffIndex(inRange(name, value, 0, 99));
    }

    static TokenNumber token(String name, Secret digits) throws ApiException {
        try {
            return TokenNumber.ofDigits(digits.reveal());
        } catch (IllegalArgumentException e) {
            throw outOfRange(name, "something else", "20 digits that are below 2^66");
        }
    }

    /** A whole number that came as a double, exactly; it leaves the binary form here. */
    static BigInteger whole(String name, double value, BigInteger highest) throws ApiException {
        if (Double.isFinite(value) && value >= 0) {
            BigDecimal exact = new BigDecimal(value).stripTrailingZeros();
            if (exact.scale() <= 0 && exact.toBigInteger().compareTo(highest) <= 0) {
                return exact.toBigInteger();
            }
        }
        throw outOfRange(name, value, "a whole number of units, 0.." + highest);
    }

    static Instant time(String name, long unixSeconds) throws ApiException {
        try {
            return Instant.ofEpochSecond(unixSeconds);
        } catch (DateTimeException e) {
            throw outOfRange(name, unixSeconds, "Unix seconds");
        }
    }

    /**
     * The date of expiry of a meter card, YYMM, which is good to the end of its month. Years from 70 on are of the last
     * century, as the two digits have been read since computers have.
     *
     * @param digits 0000 or null for a card that does not expire
     */
    static void requireUnexpiredCard(String name, @Nullable String digits, Instant now) throws ApiException {
        if (digits == null || digits.equals("0000")) {
            return;
        }
        if (!digits.matches("\\d{2}(0[1-9]|1[0-2])")) {
            throw outOfRange(name, shown(digits), "YYMM with a month of 01 to 12, or 0000 for none");
        }
        int year = Integer.parseInt(digits.substring(0, 2));
        YearMonth last =
                YearMonth.of((year < CENTURY_TURN ? 2000 : 1900) + year, Integer.parseInt(digits.substring(2)));
        if (YearMonth.from(now.atZone(ZoneOffset.UTC)).isAfter(last)) {
            throw ErrorCode.ID_RECORD_EXPIRED.with(digits);
        }
    }
}
