package org.metermint.secure.network.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The error codes of the interface, as a client finds them in {@code ApiException.eCode} and in alerts. Clients decide
 * by the code; the text is for people, in English, and its arguments stand in braces.
 */
public enum ErrorCode {
    /** The signed-in client may not do this. */
    AUTHENTICATION_PERMISSION("EAuthentication.Permission", "not permitted: {0}"),
    /** The access token is none, or has expired: sign in again. */
    AUTHENTICATION_TOKEN("EAuthentication.Token", "the access token is {0}; sign in again"),
    /** No tokens stand under that message id. */
    CACHE_MISS("ECacheMiss", "no tokens were issued under message id {0}"),
    /** The module holds no vending key of that supply group and revision. */
    KEYSTORE_NOT_FOUND("EKeystore.NotFound", "no vending key for SGC={0}, KRN={1}: {2}"),
    /** A parameter is outside what is allowed. */
    PARAM_RANGE("EParamRange", "parameter {0} is {1}; expected {2}"),
    /** A preference is outside what is allowed. */
    PREF_RANGE("EPrefRange", "preference {0} is {1}; expected {2}"),
    /** The service failed; the module may or may not have. */
    SERVICE("EService", "{0}: {1}"),
    /** The service does not offer this. */
    SERVICE_DISABLED("EService.Disabled", "{0} is not offered: {1}"),
    /** User name and password do not belong together, or too many tries went wrong before. */
    SIGNIN_AUTHENTICATION("ESignin.Authentication", "sign-in of {1} in realm {0} refused: {2}"),
    /** The user may not sign in here. */
    SIGNIN_PERMISSION("ESignin.Permission", "sign-in of {1} in realm {0} not permitted: {2}"),
    /** There is no such realm. */
    SIGNIN_REALM("ESignin.Realm", "unknown realm {0}; the realm of this service is {1}"),
    /** The user name cannot be one. */
    SIGNIN_SUBJECT("ESignin.Subject", "no user of realm {0} can have that name: {1}"),
    /** The client speaks another version of the interface. */
    SIGNIN_VERSION("ESignin.Version", "this service speaks version {0} of the interface, the client version {1}"),
    /** The security module refused or failed. */
    SECURITY_MODULE("ESm", "security module {0}: {1}"),
    /** The meter number is none. */
    DRN_OR_PAN("ESts.DrnOrPan", "parameter {0} is no meter number: {1}"),
    /** A check digit of the meter number is wrong: a typing error. */
    DRN_OR_PAN_CHECK_DIGIT("ESts.DrnOrPan.CheckDigit", "parameter {0} has a wrong check digit: {1}"),
    /** The identity record of the meter card is none. */
    ID_RECORD("ESts.IdRecord", "parameter {0} is no identity record: {1}"),
    /** The meter card has expired. */
    ID_RECORD_EXPIRED("ESts.IdRecord.Expired", "the meter card expired at the end of {0} (YYMM)"),
    /** A vending key would be used before its base date. */
    VENDING_KEY_BEFORE_BASE_DATE(
            "ESts.VkBeforeBdt", "the token's time is before the base date of the vending key: {0}"),
    /** The token identifier lies behind the vending key's expiry number. */
    VENDING_KEY_EXPIRED("ESts.VkExpired", "the vending key has expired: {0}");

    private static final Map<String, ErrorCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::code, Function.identity()));

    private final String code;
    private final String text;

    ErrorCode(String code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The code of the wire, as {@code ESts.VkExpired}. */
    public String code() {
        return code;
    }

    /** The English text, with its arguments as {0}, {1}. */
    public String text() {
        return text;
    }

    /** The code that a peer sent; nothing for codes that only newer peers know. */
    public static Optional<ErrorCode> of(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** The text with its arguments filled in. */
    public String message(Object... arguments) {
        String message = text;
        for (int i = 0; i < arguments.length; i++) {
            message = message.replace("{" + i + "}", String.valueOf(arguments[i]));
        }
        return message;
    }

    /** The exception of this code. */
    public ApiException with(Object... arguments) {
        return new ApiException(new ApiException.Fault(code, message(arguments)));
    }
}
