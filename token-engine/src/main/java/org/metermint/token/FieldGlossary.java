package org.metermint.token;

import java.util.Map;

/** What the standard's field names stand for, in words for people who meet them for the first time. */
final class FieldGlossary {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("SubClass", "which kind of its class the token is"),
            Map.entry("RND", "random bits, so that two tokens of one content differ"),
            Map.entry("TID", "token identifier: the minute of issue since the base date, UTC"),
            Map.entry("Amount", "the amount: decimal exponent and mantissa"),
            Map.entry("S&E", "sign and upper exponent bits of an amount of money"),
            Map.entry("Control", "one bit for each test or display"),
            Map.entry("MfrCode", "manufacturer code; 0 for all makers"),
            Map.entry("MPL", "maximum power limit in watts, coded as an amount"),
            Map.entry("MPPUL", "maximum phase power unbalance limit in watts, coded as an amount"),
            Map.entry("Register", "which credit register; FFFF for all"),
            Map.entry("Rate", "tariff rate; content reserved for the STS Association"),
            Map.entry("WMFactor", "water meter factor; content reserved for the STS Association"),
            Map.entry("Pad", "without meaning, zero"),
            Map.entry("Value", "index of a register or flag, and its new content"),
            Map.entry("KENHO", "key expiry number, upper four bits"),
            Map.entry("KENLO", "key expiry number, lower four bits"),
            Map.entry("KRN", "key revision number of the new key"),
            Map.entry("RO", "roll-over: the meter empties its memory of token identifiers"),
            Map.entry("3KCT", "a third token with the supply group code follows"),
            Map.entry("KT", "key type of the new key"),
            Map.entry("TI", "tariff index of the new key"),
            Map.entry("SGC", "supply group code"),
            Map.entry("SGCLO", "supply group code, lower twelve bits"),
            Map.entry("SGCHO", "supply group code, upper twelve bits"),
            Map.entry("NKHO", "new key, first 32 bits"),
            Map.entry("NKLO", "new key, last 32 bits"),
            Map.entry("NKMO1", "new key, third 32 bits"),
            Map.entry("NKMO2", "new key, second 32 bits"),
            Map.entry("zeros", "always zero"));

    private FieldGlossary() {}

    /**
     * The meaning of a field.
     *
     * @throws IllegalStateException if the name is not explained here, so that no field stays without a meaning
     */
    static String meaning(String field) {
        String meaning = MEANINGS.get(field);
        if (meaning == null) {
            throw new IllegalStateException("field " + field + " is not explained in the glossary of fields");
        }
        return meaning;
    }
}
