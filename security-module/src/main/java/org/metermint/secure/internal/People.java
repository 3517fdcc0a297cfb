package org.metermint.secure.internal;

import java.text.Normalizer;
import java.util.Locale;
import org.metermint.secure.SecurityModuleException;

/** The people who do something to keys, as they give their names. */
final class People {
    private static final int MAX = 64;

    private People() {}

    /** The name with its outer and doubled spaces taken out, or a refusal of what is none. */
    static String require(String role, String name) throws SecurityModuleException {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFC).strip().replaceAll("\\s+", " ");
        if (plain.isEmpty() || plain.length() > MAX || plain.chars().anyMatch(Character::isISOControl)) {
            throw Policy.notPermitted("the " + role + " is told by a name of " + plain.length()
                    + " characters; give one of 1 to " + MAX + " on one line");
        }
        return plain;
    }

    /** The words of a reason. */
    static String requireReason(String reason) throws SecurityModuleException {
        String plain = reason.strip().replaceAll("\\s+", " ");
        if (plain.isEmpty() || plain.length() > 200 || plain.chars().anyMatch(Character::isISOControl)) {
            throw Policy.notPermitted(
                    "the reason has " + plain.length() + " characters; give one of 1 to 200 on one line");
        }
        return plain;
    }

    /** Whether two names are those of one person: spelling of capitals and spaces makes no other person. */
    static boolean same(String one, String other) {
        return one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }
}
