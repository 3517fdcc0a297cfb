package org.metermint.meter.internal;

import org.metermint.meter.Resource;

/** The flags of the extended token set that a virtual meter has, by the numbers of STS 202-5. */
final class Flags {
    /** Has no effect: it is there so that the tokens which write and read flags can be tried. */
    private static final int COMPLIANCE_TEST = 0;

    static final int DETECT_TAMPER = 1;
    static final int DISCONNECT_SERVICE = 2;
    static final int DISCONNECT_ON_TAMPER = 3;
    static final int DISCONNECT_ON_POWER_LIMIT = 4;

    private Flags() {}

    /** The flag that says whether the resource is paid for before it is used. */
    static int prepayment(Resource resource) {
        return switch (resource) {
            case ELECTRICITY -> 6;
            case WATER -> 7;
            case GAS -> 8;
            case TIME -> 9;
        };
    }

    /** Whether a meter of the resource acts on the flag. It refuses a token for one that it would not heed. */
    static boolean known(int index, Resource resource) {
        return (index >= COMPLIANCE_TEST && index <= DISCONNECT_ON_POWER_LIMIT) || index == prepayment(resource);
    }
}
