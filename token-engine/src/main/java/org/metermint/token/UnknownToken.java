package org.metermint.token;

/**
 * An authentic token of a subclass that this edition of the standard does not define. A meter answers FunctionError,
 * unless it is of the maker whose private token this is.
 *
 * @param tokenClass its class
 * @param subclass its subclass, 0..15
 * @param payload the 44 bits behind the subclass
 * @param origin who may give the subclass a meaning
 */
public record UnknownToken(TokenClass tokenClass, int subclass, long payload, Origin origin) implements Token {
    /** Who may give a subclass a meaning. */
    public enum Origin {
        /** Reserved for the STS Association. */
        RESERVED,
        /** Left to each maker of meters. */
        PROPRIETARY
    }

    static UnknownToken of(TokenClass tokenClass, int subclass, long payload) {
        boolean makers = switch (tokenClass) {
            case NON_METER_SPECIFIC_MANAGEMENT -> subclass >= 6;
            case METER_SPECIFIC_MANAGEMENT -> subclass >= 11;
            case CREDIT_TRANSFER, RESERVED -> false;
        };
        return new UnknownToken(tokenClass, subclass, payload, makers ? Origin.PROPRIETARY : Origin.RESERVED);
    }
}
