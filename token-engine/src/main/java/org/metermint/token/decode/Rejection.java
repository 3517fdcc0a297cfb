package org.metermint.token.decode;

/**
 * Why a meter refuses 20 digits. The order is that of the standard's steps: a meter answers the first that applies
 * (IEC 62055-41, AuthenticationResult, ValidationResult, TokenResult).
 */
public enum Rejection {
    /** Not 20 digits, or a number of more than 66 bits. */
    FORMAT_ERROR("FormatError", "these are not the 20 digits of a token"),
    /** The checksum is wrong after decryption: a digit is wrong, or the token is for another meter or another key. */
    CRC_ERROR("CRCError", "a digit is wrong, or the token is for another meter or an earlier key"),
    /** A class 1 token for the meters of another maker. */
    MFR_CODE_ERROR("MfrCodeError", "the token is for meters of another maker"),
    /** The token identifier is smaller than every one that the meter remembers. */
    OLD_ERROR("OldError", "the token is older than all that the meter remembers"),
    /** The token identifier is one that the meter remembers. */
    USED_ERROR("UsedError", "the token was used already"),
    /** The token identifier lies beyond the key expiry number. */
    KEY_EXPIRED_ERROR("KeyExpiredError", "the meter's key had expired when the token was made"),
    /** Credit under a default key. */
    DDTK_ERROR("DDTKError", "the meter holds its default key, which takes no credit"),
    /** The credit register cannot hold so much. */
    OVERFLOW_ERROR("OverflowError", "the meter cannot hold so much credit"),
    /** A key change to a type of key that may not follow the present one, or credit under a common key. */
    KEY_TYPE_ERROR("KeyTypeError", "the type of the meter's key does not allow this"),
    /** A value outside what the meter takes. */
    RANGE_ERROR("RangeError", "a value is outside what the meter takes"),
    /** A class or subclass that the meter does not know. */
    FUNCTION_ERROR("FunctionError", "the meter does not know this kind of token");

    private final String standardName;
    private final String meaning;

    Rejection(String standardName, String meaning) {
        this.standardName = standardName;
        this.meaning = meaning;
    }

    /** The name in the standard, as {@code CRCError}. */
    public String standardName() {
        return standardName;
    }

    /** The reason in plain words. */
    public String meaning() {
        return meaning;
    }
}
