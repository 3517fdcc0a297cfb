package org.metermint.secure.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;

/** What the error codes of the interface mean to a caller of a module. */
final class ClientFaults {
    private static final int LONGEST = 300;
    /** Numbers of meters, tokens and cards: not for logs. */
    private static final Pattern LONG_NUMBER = Pattern.compile("\\d[\\d -]{9,}\\d");

    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7E]");

    /** Our own server writes the kind of a refusal first, where the interface has one code for many. */
    private static final Pattern TOLD_KIND = Pattern.compile("security module ([A-Z_]+): .*", Pattern.DOTALL);

    private ClientFaults() {}

    /** The kind of a refusal. Codes of newer modules count as "unknown what became of it". */
    static Kind kind(ApiException refusal) {
        Optional<ErrorCode> code = refusal.code();
        if (code.isEmpty()) {
            return Kind.UNAVAILABLE;
        }
        return switch (code.get()) {
            case AUTHENTICATION_PERMISSION -> Kind.CLIENT_NOT_PERMITTED;
            case AUTHENTICATION_TOKEN,
                    SIGNIN_AUTHENTICATION,
                    SIGNIN_PERMISSION,
                    SIGNIN_REALM,
                    SIGNIN_SUBJECT,
                    SIGNIN_VERSION -> Kind.ACCESS_DENIED;
            case KEYSTORE_NOT_FOUND -> Kind.KEY_ABSENT;
            case PARAM_RANGE,
                    PREF_RANGE,
                    SERVICE_DISABLED,
                    DRN_OR_PAN,
                    DRN_OR_PAN_CHECK_DIGIT,
                    ID_RECORD,
                    ID_RECORD_EXPIRED -> Kind.NOT_PERMITTED;
            case VENDING_KEY_BEFORE_BASE_DATE -> Kind.BEFORE_BASE_DATE;
            case VENDING_KEY_EXPIRED -> Kind.KEY_EXPIRED;
            case SECURITY_MODULE -> toldKind(refusal.fault().eMsgEn());
            case CACHE_MISS, SERVICE -> Kind.UNAVAILABLE;
        };
    }

    private static Kind toldKind(String text) {
        Matcher told = TOLD_KIND.matcher(text);
        return told.matches()
                ? Arrays.stream(Kind.values())
                        .filter(kind -> kind.name().equals(told.group(1)))
                        .findFirst()
                        .orElse(Kind.UNAVAILABLE)
                : Kind.UNAVAILABLE;
    }

    /** The refusal as a caller meets it: code and text, without numbers that a log must not have. */
    static SecurityModuleException of(String address, ApiException refusal) {
        return new SecurityModuleException(
                kind(refusal),
                "the security module at " + address + " answered "
                        + clean(refusal.fault().eCode()) + ": "
                        + clean(refusal.fault().eMsgEn()));
    }

    /** A name from outside, which may have any digits, short and printable. */
    static String printable(String text) {
        String head = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return UNPRINTABLE.matcher(head).replaceAll("?");
    }

    /** A sentence from outside in a form that may stand in a log: without what could be a token or a meter. */
    static String clean(String text) {
        return LONG_NUMBER
                .matcher(printable(text))
                .replaceAll(number -> String.format(Locale.ROOT, "(number of %d)", digits(number.group())));
    }

    private static int digits(String text) {
        return (int) text.chars().filter(c -> c >= '0' && c <= '9').count();
    }
}
