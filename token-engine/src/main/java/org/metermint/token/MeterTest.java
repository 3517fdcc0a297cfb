package org.metermint.token;

/**
 * What a class 1 token can ask a meter to test or to show. The number is the standard's; test n is bit n - 1 of the
 * token's control field, and test 0 is all bits at once (IEC 62055-41, Control).
 */
public enum MeterTest {
    ALL(0, "do all tests that the meter knows"),
    LOAD_SWITCH(1, "test the load switch"),
    DISPLAY(2, "test the display"),
    ENERGY_TOTALS(3, "show the energy totals"),
    KEY_REVISION(4, "show the key revision number and the key type"),
    TARIFF_INDEX(5, "show the tariff index"),
    TOKEN_READER(6, "test the token reader"),
    MAXIMUM_POWER_LIMIT(7, "show the maximum power limit"),
    TAMPER_STATUS(8, "show the tamper status"),
    POWER(9, "show the power in use"),
    SOFTWARE_VERSION(10, "show the software version"),
    PHASE_UNBALANCE_LIMIT(11, "show the phase power unbalance limit"),
    WATER_METER_FACTOR(12, "show the water meter factor"),
    TARIFF_RATE(13, "show the tariff rate"),
    ENCRYPTION_ALGORITHM(14, "show the encryption algorithm"),
    KEY_CHANGE_TOKENS(15, "show how many key change tokens the meter takes"),
    SUPPLY_GROUP_CODE(16, "show the supply group code"),
    KEY_EXPIRY_NUMBER(17, "show the key expiry number"),
    METER_NUMBER(18, "show the meter number");

    private static final MeterTest[] VALUES = values();

    private final int number;
    private final String meaning;

    MeterTest(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /**
     * The test with the given number.
     *
     * @throws IllegalArgumentException if the number is outside 0..18, the tests that the standard names
     */
    public static MeterTest ofNumber(int number) {
        return VALUES[Digits.checkRange("test", number, 0, VALUES.length - 1)];
    }

    /** The number, 0..18. */
    public int number() {
        return number;
    }

    /** What the meter does, as a phrase that a newcomer understands. */
    public String meaning() {
        return meaning;
    }
}
