package org.metermint.secure;

import java.util.Comparator;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/** What names a vending key among those of a module. Ordered by supply group, revision and type. */
public record VendingKeyName(SupplyGroupCode supplyGroup, KeyRevisionNumber revision, KeyType type)
        implements Comparable<VendingKeyName> {
    private static final Comparator<VendingKeyName> ORDER = Comparator.comparingInt(
                    (VendingKeyName name) -> name.supplyGroup.value())
            .thenComparingInt(name -> name.revision.value())
            .thenComparing(VendingKeyName::type);

    /** The name of the vending key behind a meter's key. */
    public static VendingKeyName of(MeterKeyState state) {
        return new VendingKeyName(state.supplyGroup(), state.revision(), state.type());
    }

    @Override
    public int compareTo(VendingKeyName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "supply group " + supplyGroup + ", revision " + revision + ", type " + type;
    }
}
