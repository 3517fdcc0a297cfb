package org.metermint.token;

/**
 * Which credit a {@link ClearCredit} token clears: 0 to 7 as the subclasses of credit, FFFF for all
 * (IEC 62055-41, Register).
 *
 * @param number 0..65535; a meter refuses those that it does not have
 */
public record CreditRegister(int number) {
    /** All credit registers of the meter. */
    public static final CreditRegister ALL = new CreditRegister(0xFFFF);

    public CreditRegister {
        Layout.requireBits("credit register", 16, number);
    }

    static CreditRegister ofBits(long bits) {
        return new CreditRegister((int) bits);
    }

    /** The register that holds one type of credit. */
    public static CreditRegister of(CreditType type) {
        return new CreditRegister(type.subclass());
    }

    /** Whether the register holds the given type of credit. */
    public boolean includes(CreditType type) {
        return number == ALL.number || number == type.subclass();
    }

    @Override
    public String toString() {
        if (number == ALL.number) {
            return "all credit registers";
        }
        return number < CreditType.values().length
                ? CreditType.ofSubclass(number).toString()
                : "register " + number;
    }
}
