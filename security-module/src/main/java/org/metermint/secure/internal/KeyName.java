package org.metermint.secure.internal;

import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/** What names a vending key among those of a module. */
record KeyName(SupplyGroupCode supplyGroup, KeyRevisionNumber revision, KeyType type) {
    static KeyName of(VendingKeyInfo info) {
        return new KeyName(info.supplyGroup(), info.revision(), info.type());
    }

    static KeyName of(MeterKeyState state) {
        return new KeyName(state.supplyGroup(), state.revision(), state.type());
    }

    @Override
    public String toString() {
        return "supply group " + supplyGroup + ", revision " + revision + ", type " + type;
    }
}
