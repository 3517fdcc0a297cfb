package org.metermint.vending.shift;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A banking batch to be made.
 *
 * @param bank the utility's account, 1..32 of a-z, 0-9 and '-'
 * @param depositSlip 1 to 64 printable ASCII characters
 * @param amount on the slip, 0..1,000,000,000,000,000 minor units
 */
public record NewBanking(
        String vendor,
        List<Long> salesBatches,
        String bank,
        String depositSlip,
        long amount,
        Optional<Continuation> continues) {
    private static final long MOST = 1_000_000_000_000_000L;
    private static final Pattern BANK = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern SLIP = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

    public NewBanking {
        salesBatches = List.copyOf(salesBatches);
        if (!BANK.matcher(bank).matches()) {
            throw new IllegalArgumentException("bank '" + bank + "' is not 1..32 of a-z, 0-9 and '-'");
        }
        if (!SLIP.matcher(depositSlip).matches()) {
            throw new IllegalArgumentException("deposit_slip of " + depositSlip.length()
                    + " characters is not 1..64 printable ASCII characters, without a space at either end");
        }
        if (amount < 0 || amount > MOST) {
            throw new IllegalArgumentException("amount " + amount + " is outside 0.." + MOST + " minor units");
        }
    }
}
