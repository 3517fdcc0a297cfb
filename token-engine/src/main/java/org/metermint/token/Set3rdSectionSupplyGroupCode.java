package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Set3rdSectionDecoderKey under a 64-bit key, class 2, subclass 8: the third token of a set of three, which carries no
 * key but the new supply group code.
 *
 * @param supplyGroup the new supply group code
 */
public record Set3rdSectionSupplyGroupCode(SupplyGroupCode supplyGroup) implements KeyChangeToken {
    static final Layout<Set3rdSectionSupplyGroupCode> LAYOUT = Layout.of(
            Set3rdSectionSupplyGroupCode.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 8).underKeysOf(64),
            Set3rdSectionSupplyGroupCode::new,
            bits(
                            "SGC",
                            24,
                            Set3rdSectionSupplyGroupCode::supplyGroup,
                            SupplyGroupCode::value,
                            bits -> new SupplyGroupCode((int) bits))
                    .followedByZeros(20));

    @Override
    public Layout<Set3rdSectionSupplyGroupCode> layout() {
        return LAYOUT;
    }

    @Override
    public int section() {
        return 3;
    }
}
