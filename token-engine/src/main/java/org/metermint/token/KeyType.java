package org.metermint.token;

/**
 * KT: what kind of decoder key a meter holds, which decides what may be sold under it and which key may follow it
 * (IEC 62055-41, KeyType).
 */
public enum KeyType {
    /** DITK, initialisation key: chosen by the maker of the meter, never derived. */
    DITK(0),
    /** DDTK, default key: derived from the default vending key of a supply group; carries no credit. */
    DDTK(1),
    /** DUTK, unique key: derived for one meter; the key of ordinary vending. */
    DUTK(2),
    /** DCTK, common key: one key for all meters of a supply group; for magnetic cards only. */
    DCTK(3);

    private final int number;

    KeyType(int number) {
        this.number = number;
    }

    /**
     * The key type with the given number.
     *
     * @throws IllegalArgumentException if the number is outside 0..3
     */
    public static KeyType ofNumber(int number) {
        for (KeyType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("key type " + number + " is outside 0..3");
    }

    /** The number that stands in key change tokens and in key derivation: 0..3. */
    public int number() {
        return number;
    }

    /** Whether credit may be encrypted under a key of this type: all but the default key. */
    public boolean carriesCredit() {
        return this != DDTK;
    }

    /**
     * Whether a meter that holds a key of this type accepts a key change to the other type. An initialisation or a
     * default key leads to every derived type, and a unique or a common key to those that the standard names as its
     * children; that a common key may lead to a default or a unique one follows the sources that allow more.
     */
    public boolean mayBeParentOf(KeyType child) {
        return switch (this) {
            case DITK -> true;
            case DDTK -> child != DITK;
            case DUTK -> child == DUTK || child == DDTK;
            case DCTK -> child != DITK;
        };
    }
}
