package org.metermint.secure.network;

import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * The identity record of a meter card (IEC 62055-41): 35 digits, in the order of the components.
 *
 * @param pan 18 digits
 * @param expiry date of expiry of the card, YYMM; 0000 for none
 * @param carrier token carrier type, two digits
 * @param algorithm encryption algorithm, two digits
 * @param supplyGroup six digits
 * @param tariffIndex two digits
 * @param revision one digit
 */
record IdentityRecord(
        MeterPan pan,
        String expiry,
        int carrier,
        EncryptionAlgorithm algorithm,
        SupplyGroupCode supplyGroup,
        TariffIndex tariffIndex,
        KeyRevisionNumber revision) {
    static final int DIGITS = 35;

    /**
     * Takes a record apart.
     *
     * @throws ApiException if it is none, or a check digit is wrong
     */
    static IdentityRecord parse(String digits) throws ApiException {
        if (!digits.matches("\\d{" + DIGITS + "}")) {
            throw refused("it must have " + DIGITS + " digits and nothing else");
        }
        MeterPan pan = Parameters.meter("idRecord", digits.substring(0, 18));
        String expiry = digits.substring(18, 22);
        if (!expiry.matches("0000|\\d{2}(0[1-9]|1[0-2])")) {
            throw refused("its date of expiry has no month of 01 to 12");
        }
        EncryptionAlgorithm algorithm = switch (digits.substring(24, 26)) {
            case "07" -> EncryptionAlgorithm.EA07;
            case "11" -> EncryptionAlgorithm.EA11;
            default -> throw refused("its encryption algorithm is neither 07 nor 11");
        };
        int revision = digits.charAt(34) - '0';
        if (revision == 0) {
            throw refused("its key revision number is 0");
        }
        return new IdentityRecord(
                pan,
                expiry,
                Integer.parseInt(digits.substring(22, 24)),
                algorithm,
                SupplyGroupCode.parse(digits.substring(26, 32)),
                TariffIndex.parse(digits.substring(32, 34)),
                new KeyRevisionNumber(revision));
    }

    private static ApiException refused(String reason) {
        return ErrorCode.ID_RECORD.with("idRecord", reason);
    }

    /** The 35 digits. */
    String digits() {
        return pan.digits()
                + expiry
                + String.format("%02d", carrier)
                + algorithm.code()
                + supplyGroup.digits()
                + tariffIndex.digits()
                + revision;
    }
}
