package org.metermint.app.token;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.Control;
import org.metermint.token.CreditType;
import org.metermint.token.ExtendedRead;
import org.metermint.token.ExtendedSet;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KnownToken;
import org.metermint.token.Layout.FieldValue;
import org.metermint.token.MeterTest;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.TestToken;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;

/** What tokens and their fields mean, in words that need no standard beside them. */
final class Words {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Words() {}

    /** A time to the minute, in UTC. */
    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String tokenClass(TokenClass tokenClass) {
        return switch (tokenClass) {
            case CREDIT_TRANSFER -> "0, credit: encrypted for one meter";
            case NON_METER_SPECIFIC_MANAGEMENT -> "1, test or display: in clear, for any meter";
            case METER_SPECIFIC_MANAGEMENT -> "2, management: encrypted for one meter";
            case RESERVED -> "3, reserved: nobody issues such tokens";
        };
    }

    /** What a token is, as a phrase. */
    static String kind(KnownToken token) {
        return switch (token) {
            case TransferCredit t ->
                "credit of " + t.amount().onToken() + " " + t.type().unit() + " of " + utility(t.type());
            case TransferCurrencyCredit t ->
                "credit of " + t.amount().onToken() + " currency units for " + utility(t.type());
            case InitiateMeterTestDisplay1 t -> "test: " + tests(t.control());
            case InitiateMeterTestDisplay2 t -> "test: " + tests(t.control());
            case ExtendedRead t -> "show " + register(t);
            case SetMaximumPowerLimit t -> "set the maximum power limit to " + t.limit();
            case SetMaximumPhasePowerUnbalanceLimit t -> "set the phase power unbalance limit to " + t.limit();
            case ClearCredit t ->
                "clear " + (t.register().number() == 0xFFFF ? "" : "the credit of ") + lower(t.register());
            case ClearTamperCondition t -> "clear the tamper condition";
            case SetTariffRate t -> "set the tariff rate to " + t.rate();
            case SetWaterMeterFactor t -> "set the water meter factor to " + t.factor();
            case ExtendedSet t -> "set " + t.value();
            case KeyChangeToken t -> "key change, token " + t.section() + " of a set";
        };
    }

    /** That a token carries another amount than was asked for, if so. */
    static Optional<String> rounding(KnownToken token) {
        boolean same = switch (token) {
            case TransferCredit t -> t.amount().equals(t.amount().onToken());
            case TransferCurrencyCredit t -> t.amount().equals(t.amount().onToken());
            default -> true;
        };
        return same ? Optional.empty() : Optional.of("(rounded to a step of the code, in the customer's favour)");
    }

    private static String utility(CreditType type) {
        return lower(type).replace("_currency", "");
    }

    private static String lower(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }

    private static String register(ExtendedRead token) {
        return token.registerIndex() == 63 ? "flag " + token.flagIndex() : "register " + token.registerIndex();
    }

    private static String tests(Control control) {
        List<MeterTest> tests = control.tests();
        return tests.isEmpty()
                ? "none that the standard names"
                : tests.stream().map(MeterTest::meaning).collect(Collectors.joining(", "));
    }

    /** What a meter does with a token that it accepts, as sentences. */
    static List<String> effect(KnownToken token) {
        List<String> sentences = new ArrayList<>();
        switch (token) {
            case IdentifiedToken t -> {
                sentences.add("It checks that the TID " + t.tid().minutes() + " is not among the 50 or more that it"
                        + " remembers (UsedError), nor older than all of them (OldError), and that its key has not"
                        + " expired (KeyExpiredError).");
                sentences.add(
                        switch (t) {
                            case TransferCredit credit ->
                                "Then it adds " + credit.amount().onToken() + " "
                                        + credit.type().unit() + " to its credit of " + utility(credit.type())
                                        + ", unless it holds a default key (DDTKError) or the register would overflow (OverflowError).";
                            case TransferCurrencyCredit credit ->
                                "Then it adds " + credit.amount().onToken()
                                        + " currency units to its credit of " + utility(credit.type())
                                        + ", unless it counts units and not money (FunctionError) or holds a default key (DDTKError).";
                            default -> "Then it obeys: " + kind(t) + ".";
                        });
                sentences.add("It remembers the TID, so that the same digits work only once.");
            }
            case TestToken t -> {
                sentences.add("It does what is asked: " + kind(t).replaceFirst("^test: ", "") + ".");
                sentences.add("The digits need no key and work on every meter"
                        + (t.manufacturer().value() == 0 ? "" : " of maker " + t.manufacturer())
                        + ", as often as they are entered.");
            }
            case KeyChangeToken t -> {
                sentences.add("It keeps this part of a new key and shows " + ordinal(t.section()) + "KCT.");
                sentences.add(
                        "When all tokens of the set have been entered, in any order and within its time limit, the"
                                + " new key is in force; until then nothing changes.");
            }
        }
        return sentences;
    }

    private static String ordinal(int section) {
        return switch (section) {
            case 1 -> "1st";
            case 2 -> "2nd";
            case 3 -> "3rd";
            default -> section + "th";
        };
    }

    /** What stands in a field, and what that means. */
    static String meaning(KnownToken token, FieldValue field, @Nullable BaseDate baseDate) {
        return switch (field.place().name()) {
            case "SubClass" -> lower(field.value()).replace('_', ' ');
            case "RND" -> "random bits, so that equal orders give different tokens";
            case "TID" -> tid(new TokenIdentifier((int) field.bits()), baseDate);
            case "S&E" ->
                field.bits() >= 8
                        ? "sign: negative; upper bits of the exponent"
                        : "sign: positive; upper bits of the exponent";
            case "Amount" ->
                token instanceof TransferCredit credit
                        ? credit.amount() + " " + credit.type().unit()
                        : token instanceof TransferCurrencyCredit money ? money.amount() + " currency units" : "";
            case "KENHO" -> "upper half of the new key expiry number";
            case "KENLO" -> "lower half of the new key expiry number";
            case "KRN" -> "new key revision number";
            case "KT" -> "new key type: " + field.value();
            case "TI" -> "new tariff index";
            case "RO" ->
                field.bits() == 1 ? "roll-over: the meter forgets its TIDs" : "no roll-over: the meter keeps its TIDs";
            case "3KCT" -> field.bits() == 1 ? "a third token follows" : "no third token for a key of 64 bits";
            case "SGCLO" -> "lower half of the new supply group code";
            case "SGCHO" -> "upper half of the new supply group code";
            case "SGC" -> "new supply group code " + field.value();
            case "NKHO", "NKMO2", "NKMO1", "NKLO" -> "32 bits of the new key, not shown";
            case "MfrCode" -> "for the meters of " + (field.bits() == 0 ? "every maker" : "maker " + field.bits());
            case "Control" -> kind(token).replaceFirst("^test: ", "");
            case "Pad" -> "without meaning";
            default -> String.valueOf(field.value());
        };
    }

    private static String tid(TokenIdentifier tid, @Nullable BaseDate baseDate) {
        if (baseDate != null) {
            return minute(tid.time(baseDate)) + ", counted from base date " + baseDate.year();
        }
        List<String> times = new ArrayList<>();
        for (BaseDate base : BaseDate.values()) {
            times.add(minute(tid.time(base)) + " under base date " + base.year());
        }
        return String.join(", ", times.subList(0, 2)) + " or " + times.get(2);
    }

    /** The bits of a field as its reader expects them: numbers in decimal, sets of bits and codes in hexadecimal. */
    static String bits(FieldValue field) {
        return switch (field.place().name()) {
            case "NKHO", "NKMO2", "NKMO1", "NKLO" -> "*".repeat(8);
            case "Amount", "MPL", "MPPUL", "Control", "Register", "Value", "Pad", "Rate", "WMFactor" ->
                String.format("%0" + field.place().width() / 4 + "X", field.bits());
            default -> Long.toString(field.bits());
        };
    }
}
