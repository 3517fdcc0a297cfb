package org.metermint.app.token.batch;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every member that a request can have. What it may hold depends on the operation, and is checked where it is read. */
enum Member {
    OP,
    CLS,
    SUB,
    EA,
    KEY,
    RND,
    TIME,
    BASE,
    TID,
    UNITS,
    WATTS,
    FIELD,
    AMOUNT,
    SE,
    CONTROL,
    MFR,
    KENHO,
    KENLO,
    KRN,
    RO,
    RES,
    KT,
    TI,
    NK,
    SGC12,
    SGC,
    DIGITS,
    PAN,
    DKGA,
    VK,
    BDT,
    HEX,
    OLDKEY,
    NEWKEY,
    KEN,
    N,
    TOKEN,
    DIR,
    BLOCK;

    private static final Member[] VALUES = values();

    static final int COUNT = VALUES.length;

    private static final Map<String, Member> BY_NAME = new HashMap<>();

    static {
        for (Member member : VALUES) {
            BY_NAME.put(member.text, member);
        }
    }

    private final String text = name().toLowerCase(Locale.ROOT);

    static @Nullable Member named(String name) {
        return BY_NAME.get(name);
    }

    /** The set of some members, one bit for each. */
    static long set(Member... members) {
        long set = 0;
        for (Member member : members) {
            set |= member.bit();
        }
        return set;
    }

    /** One member of a set that is not empty. */
    static Member firstOf(long set) {
        return VALUES[Long.numberOfTrailingZeros(set)];
    }

    long bit() {
        return 1L << index();
    }

    /** The member's place in an array of all. */
    @SuppressWarnings("EnumOrdinal") // as EnumSet and EnumMap do inside; the number never leaves a request
    int index() {
        return ordinal();
    }

    /** Whether the value is a key or a part of one, which no message repeats. */
    boolean isSecret() {
        return switch (this) {
            case KEY, VK, OLDKEY, NEWKEY, NK -> true;
            default -> false;
        };
    }

    /** The name as it stands in JSON. */
    @Override
    public String toString() {
        return text;
    }
}
