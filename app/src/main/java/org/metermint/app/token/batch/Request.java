package org.metermint.app.token.batch;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.metermint.app.token.batch.RequestError.Code;
import org.metermint.token.BaseDate;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of one line. Reading the line finds out what is there; each accessor then demands the type and the bounds
 * that an operation wants and refuses anything else, so that nothing is ever converted or left out in silence.
 *
 * <p>One object serves line after line; it belongs to one thread.
 */
final class Request {
    /** The longest value that a message repeats. */
    private static final int SHOWN = 40;

    private static final long SECONDS_PER_DAY = 86_400;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(1 << 17)
                    .build())
            .build();

    /** What stands in a member. */
    private enum Kind {
        INTEGER,
        /** An integer of more than 63 bits; its digits are kept as text. */
        LARGE_INTEGER,
        TEXT,
        /** Nothing that any member takes; a description is kept as text. */
        OTHER
    }

    private long present;
    private final Kind[] kinds = new Kind[Member.COUNT];
    private final long[] numbers = new long[Member.COUNT];
    private final @Nullable String[] texts = new @Nullable String[Member.COUNT];

    /** Reads one line. */
    void read(byte[] octets, int offset, int length) {
        present = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), octets, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RequestError(Code.NOT_JSON, "the line is not a JSON object");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                read(parser, name);
            }
            if (parser.nextToken() != null) {
                throw new RequestError(Code.NOT_JSON, "something follows the JSON object on its line");
            }
        } catch (UnexpectedEndOfInputException e) {
            throw new RequestError(Code.NOT_JSON, "the line ends before its JSON object does");
        } catch (StreamConstraintsException e) {
            throw new RequestError(Code.NOT_JSON, "the line nests deeper than 16 levels, or has an overlong name");
        } catch (JacksonException e) {
            throw new RequestError(
                    Code.NOT_JSON,
                    "the line is not JSON in UTF-8: error at column "
                            + e.getLocation().getColumnNr());
        }
    }

    private void read(JsonParser parser, String name) {
        Member member = Member.named(name);
        if (member == null) {
            throw new RequestError(Code.UNKNOWN_MEMBER, shown(name) + " is no member of any request");
        }
        if (has(member)) {
            throw new RequestError(Code.DUPLICATE_MEMBER, member + " stands twice");
        }
        int i = member.index();
        present |= member.bit();
        switch (parser.nextToken()) {
            case VALUE_STRING -> {
                kinds[i] = Kind.TEXT;
                texts[i] = parser.getString();
            }
            case VALUE_NUMBER_INT -> readInteger(parser, i);
            case VALUE_NUMBER_FLOAT -> other(i, "a number with a fraction or an exponent");
            case VALUE_TRUE -> other(i, "true");
            case VALUE_FALSE -> other(i, "false");
            case VALUE_NULL -> other(i, "null");
            case START_ARRAY -> {
                parser.skipChildren();
                other(i, "an array");
            }
            default -> {
                parser.skipChildren();
                other(i, "an object");
            }
        }
    }

    private void readInteger(JsonParser parser, int i) {
        if (parser.getStringLength() <= 18) {
            kinds[i] = Kind.INTEGER;
            numbers[i] = parser.getLongValue();
        } else {
            kinds[i] = Kind.LARGE_INTEGER;
            texts[i] = parser.getString();
        }
    }

    private void other(int i, String description) {
        kinds[i] = Kind.OTHER;
        texts[i] = description;
    }

    boolean has(Member member) {
        return (present & member.bit()) != 0;
    }

    /** Refuses members outside a set; {@code what} says what they would be members of. */
    void allowOnly(long members, String what) {
        long foreign = present & ~members;
        if (foreign != 0) {
            Member member = Member.firstOf(foreign);
            throw new RequestError(Code.UNKNOWN_MEMBER, member + " is no member of " + what);
        }
    }

    private Kind kind(Member member) {
        if (!has(member)) {
            throw new RequestError(Code.MISSING_MEMBER, member + " is missing");
        }
        return kinds[member.index()];
    }

    /** An integer within bounds. */
    long integer(Member member, long min, long max) {
        Kind kind = kind(member);
        if (kind == Kind.INTEGER) {
            long value = numbers[member.index()];
            if (value >= min && value <= max) {
                return value;
            }
            throw outOfRange(member, Long.toString(value), min + ".." + max);
        }
        if (kind == Kind.LARGE_INTEGER) {
            throw outOfRange(member, largeInteger(member), min + ".." + max);
        }
        throw wrongType(member, "an integer in " + min + ".." + max);
    }

    private String largeInteger(Member member) {
        String digits = rawText(member);
        return digits.length() <= SHOWN ? digits : "with " + digits.length() + " digits";
    }

    /** A string. */
    String text(Member member) {
        if (kind(member) != Kind.TEXT) {
            throw wrongType(member, "a string");
        }
        return rawText(member);
    }

    boolean isText(Member member) {
        return kind(member) == Kind.TEXT;
    }

    private String rawText(Member member) {
        String text = texts[member.index()];
        return text == null ? "" : text;
    }

    /** A string of exactly so many decimal digits. */
    String digits(Member member, int count) {
        String text = text(member);
        int wrong = firstNonDigit(text, 0);
        if (wrong >= 0 || text.length() != count) {
            throw badValue(member, "must be " + count + " decimal digits");
        }
        return text;
    }

    /** A string of at least one decimal digit. */
    String digits(Member member) {
        String text = text(member);
        if (text.isEmpty() || firstNonDigit(text, 0) >= 0) {
            throw badValue(member, "must be decimal digits, at least one");
        }
        return text;
    }

    private static int firstNonDigit(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return i;
            }
        }
        return -1;
    }

    /** A string of exactly so many hexadecimal digits in either case. */
    String hex(Member member, int count) {
        String text = text(member);
        requireHexDigits(member, text);
        if (text.length() != count) {
            throw new RequestError(
                    Code.BAD_VALUE, member + " has " + text.length() + " hexadecimal digits; it must have " + count);
        }
        return text;
    }

    /** The number that at most so many hexadecimal digits in either case stand for. */
    long hexNumber(Member member, int most) {
        String text = text(member);
        requireHexDigits(member, text);
        if (text.isEmpty() || text.length() > most) {
            throw new RequestError(
                    Code.BAD_VALUE, member + " has " + text.length() + " hexadecimal digits; it must have 1.." + most);
        }
        return bits(text, 0, text.length());
    }

    /** Octets as hexadecimal digits in either case, at least one octet. */
    byte[] octets(Member member) {
        String text = text(member);
        requireHexDigits(member, text);
        if (text.isEmpty() || text.length() % 2 != 0) {
            throw new RequestError(
                    Code.BAD_VALUE,
                    member + " has " + text.length() + " hexadecimal digits; it must have two for each octet, and"
                            + " at least one octet");
        }
        byte[] octets = new byte[text.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) bits(text, 2 * i, 2 * i + 2);
        }
        return octets;
    }

    private void requireHexDigits(Member member, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (hexValue(text.charAt(i)) < 0) {
                throw badValue(member, "must be hexadecimal digits; the character at position " + (i + 1) + " is none");
            }
        }
    }

    /** The bits of hexadecimal digits, at most 16 of them. */
    static long bits(String hex, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = bits << 4 | hexValue(hex.charAt(i));
        }
        return bits;
    }

    private static int hexValue(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' && c < 'g' ? letter - 'a' + 10 : -1;
    }

    /** 64 bits as 16 hexadecimal digits. */
    long block(Member member) {
        return bits(hex(member, 16), 0, 16);
    }

    /** The cipher that {@code ea} names. */
    EncryptionAlgorithm algorithm() {
        long number = integer(Member.EA, 0, 99);
        return switch ((int) number) {
            case 7 -> EncryptionAlgorithm.EA07;
            case 9 -> EncryptionAlgorithm.EA09;
            case 11 -> EncryptionAlgorithm.EA11;
            default -> throw new RequestError(Code.OUT_OF_RANGE, "ea " + number + " is none of 7, 9, 11");
        };
    }

    /** A decoder key of the length that an algorithm wants, as hexadecimal digits. */
    String key(Member member, EncryptionAlgorithm algorithm) {
        String text = text(member);
        requireHexDigits(member, text);
        int wanted = algorithm.keyBits() / 4;
        if (text.length() != wanted) {
            throw new RequestError(
                    Code.BAD_VALUE,
                    member + " has " + text.length() + " hexadecimal digits; a key of ea " + algorithm.number()
                            + " has " + wanted);
        }
        return text;
    }

    /** A decoder key of an algorithm that is not named. */
    String anyKey(Member member) {
        String text = text(member);
        requireHexDigits(member, text);
        if (text.length() != 16 && text.length() != 32) {
            throw new RequestError(
                    Code.BAD_VALUE, member + " has " + text.length() + " hexadecimal digits; it must have 16 or 32");
        }
        return text;
    }

    MeterPan pan() {
        String digits = digits(Member.PAN, 18);
        try {
            return new MeterPan(digits);
        } catch (IllegalArgumentException e) {
            throw new RequestError(Code.BAD_VALUE, "pan: " + e.getMessage());
        }
    }

    SupplyGroupCode supplyGroup() {
        return SupplyGroupCode.parse(digits(Member.SGC, 6));
    }

    KeyRevisionNumber revision() {
        return new KeyRevisionNumber((int) integer(Member.KRN, 1, 9));
    }

    /** {@code ti} where it is a string of two digits. */
    TariffIndex tariffIndexDigits() {
        return TariffIndex.parse(digits(Member.TI, 2));
    }

    BaseDate baseDateCode() {
        String code = text(Member.BDT);
        return switch (code) {
            case "93" -> BaseDate.BASE_1993;
            case "14" -> BaseDate.BASE_2014;
            case "35" -> BaseDate.BASE_2035;
            default ->
                throw new RequestError(Code.OUT_OF_RANGE, "bdt " + shown(code) + " is none of \"93\", \"14\", \"35\"");
        };
    }

    /** The minute that {@code tid} gives as it is, or {@code time} under {@code base}. */
    int tokenIdentifier() {
        if (has(Member.TID)) {
            for (Member other : new Member[] {Member.TIME, Member.BASE}) {
                if (has(other)) {
                    throw new RequestError(
                            Code.CONFLICT, other + " and tid both stand there; give tid, or time and base");
                }
            }
            return (int) integer(Member.TID, 0, TokenIdentifier.MAX_MINUTES);
        }
        if (!has(Member.TIME) && !has(Member.BASE)) {
            throw new RequestError(Code.MISSING_MEMBER, "tid is missing; give tid, or time and base");
        }
        return minutesOfTime();
    }

    /** The minute of {@code time} under {@code base}. */
    int minutesOfTime() {
        long year = integer(Member.BASE, 0, 9_999);
        if (year != 1993 && year != 2014 && year != 2035) {
            throw new RequestError(Code.OUT_OF_RANGE, "base " + year + " is none of 1993, 2014, 2035");
        }
        Instant time = instant();
        try {
            return TokenIdentifier.at(time, BaseDate.ofYear((int) year)).minutes();
        } catch (IllegalArgumentException e) {
            throw new RequestError(Code.OUT_OF_RANGE, e.getMessage() + " (tid 0.." + TokenIdentifier.MAX_MINUTES + ")");
        }
    }

    private Instant instant() {
        String text = text(Member.TIME);
        int length = text.length();
        boolean shaped = (length == 16 || (length == 19 && text.charAt(16) == ':'))
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':';
        int year = shaped ? number(text, 0, 4) : -1;
        int month = shaped ? number(text, 5, 7) : -1;
        int day = shaped ? number(text, 8, 10) : -1;
        int hour = shaped ? number(text, 11, 13) : -1;
        int minute = shaped ? number(text, 14, 16) : -1;
        int second = !shaped ? -1 : length == 16 ? 0 : number(text, 17, 19);
        if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            throw badValue(Member.TIME, "must be a time as YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS");
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            return Instant.ofEpochSecond(days * SECONDS_PER_DAY + hour * 3_600L + minute * 60L + second);
        } catch (DateTimeException e) {
            throw badValue(Member.TIME, "names a day that no calendar has");
        }
    }

    /** The number that some decimal digits stand for, or -1 if one of them is none. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** {@code amount}: whole steps of 10^-5 currency units, with a minus if negative. */
    CurrencyAmount amount() {
        String text = text(Member.AMOUNT);
        int first = text.startsWith("-") ? 1 : 0;
        if (text.length() == first || firstNonDigit(text, first) >= 0) {
            throw badValue(Member.AMOUNT, "must be decimal digits, with a minus before them if negative");
        }
        String bound = " is outside -" + CurrencyAmount.MAX_STEPS + ".." + CurrencyAmount.MAX_STEPS;
        int significant = first;
        while (significant < text.length() - 1 && text.charAt(significant) == '0') {
            significant++;
        }
        if (text.length() - significant > CurrencyAmount.MAX_STEPS.toString().length()) {
            throw new RequestError(Code.OUT_OF_RANGE, "amount " + shown(text) + bound);
        }
        BigInteger steps = new BigInteger(text.substring(significant));
        if (steps.compareTo(CurrencyAmount.MAX_STEPS) > 0) {
            throw new RequestError(Code.OUT_OF_RANGE, "amount " + shown(text) + bound);
        }
        return new CurrencyAmount(first == 1 ? steps.negate() : steps);
    }

    RequestError badValue(Member member, String wanted) {
        String value = member.isSecret() ? "" : " " + shown(rawText(member));
        return new RequestError(Code.BAD_VALUE, member + value + " " + wanted);
    }

    private static RequestError outOfRange(Member member, String value, String bound) {
        return new RequestError(Code.OUT_OF_RANGE, member + " " + value + " is outside " + bound);
    }

    private RequestError wrongType(Member member, String wanted) {
        String found = switch (kind(member)) {
            case TEXT -> member.isSecret() ? "a string" : "the string " + shown(rawText(member));
            case INTEGER, LARGE_INTEGER -> "a number";
            case OTHER -> rawText(member);
        };
        return new RequestError(Code.WRONG_TYPE, member + " is " + found + "; it must be " + wanted);
    }

    /** A value as a message may show it: quoted, and cut if it is long. */
    static String shown(String value) {
        return value.length() <= SHOWN
                ? '"' + value + '"'
                : '"' + value.substring(0, SHOWN) + "...\" (" + value.length() + " characters)";
    }
}
