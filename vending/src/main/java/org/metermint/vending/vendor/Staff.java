package org.metermint.vending.vendor;

import java.util.regex.Pattern;

/**
 * A person at a till, or a device behind a gateway: something that a sale names and that has no credential of its own.
 *
 * @param code 1..32 of letters, digits, '.', '_' and '-', unique within the vendor
 * @param name 1 to 120 characters
 */
public record Staff(String code, String name, boolean disabled) {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    public Staff {
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException(
                    "code of " + code.length() + " characters is not 1..32 of letters, digits, '.', '_' and '-'");
        }
        if (name.isBlank() || name.length() > 120) {
            throw new IllegalArgumentException("name of " + name.length() + " characters is outside 1..120");
        }
    }
}
