package org.metermint.token;

/**
 * An authentic token of a known kind in which a field holds bits that mean nothing, such as key revision 0. A meter
 * answers RangeError.
 *
 * @param tokenClass its class
 * @param subclass its subclass, 0..15
 * @param payload the 44 bits behind the subclass
 * @param problem which field, and what is wrong with it
 */
public record MalformedToken(TokenClass tokenClass, int subclass, long payload, String problem) implements Token {}
