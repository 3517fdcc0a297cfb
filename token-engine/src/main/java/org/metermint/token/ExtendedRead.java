package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Extended read, class 1, subclass 2: shows one of the registers or flags that {@link ExtendedSet} writes (STS 202-5).
 * The upper six bits of the control field are the register's index; index 63 means the flags, whose number stands in
 * the nine bits below.
 *
 * @param control 36 bits
 */
public record ExtendedRead(Control control) implements TestToken {
    static final Layout<ExtendedRead> LAYOUT = Layout.of(
            ExtendedRead.class,
            Layout.Place.of(TokenClass.NON_METER_SPECIFIC_MANAGEMENT, 2),
            ExtendedRead::new,
            bits("Control", Control.LONG_BITS, ExtendedRead::control, Control::bits, Control::new)
                    .followedByZeros(8));

    private static final int REGISTER_SHIFT = Control.LONG_BITS - 6;
    private static final int FLAG_SHIFT = REGISTER_SHIFT - 9;

    /**
     * The token that shows a register.
     *
     * @throws IllegalArgumentException if the index is outside 0..62
     */
    public static ExtendedRead ofRegister(int index) {
        return new ExtendedRead(
                new Control((long) Digits.checkRange("register index", index, 0, 62) << REGISTER_SHIFT));
    }

    /**
     * The token that shows a flag.
     *
     * @throws IllegalArgumentException if the index is outside 0..511
     */
    public static ExtendedRead ofFlag(int index) {
        long flag = Digits.checkRange("flag index", index, 0, 511);
        return new ExtendedRead(new Control(((long) ExtendedValue.FLAGS << REGISTER_SHIFT) | (flag << FLAG_SHIFT)));
    }

    /** The register's index, 0..63; 63 means the flags. */
    public int registerIndex() {
        return (int) (control.bits() >>> REGISTER_SHIFT);
    }

    /** The flag's number, 0..511, where the register's index is 63. */
    public int flagIndex() {
        return (int) (control.bits() >>> FLAG_SHIFT) & 0x1FF;
    }

    @Override
    public Layout<ExtendedRead> layout() {
        return LAYOUT;
    }

    @Override
    public ManufacturerCode manufacturer() {
        return ManufacturerCode.ALL;
    }
}
