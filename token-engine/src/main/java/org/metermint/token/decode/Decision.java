package org.metermint.token.decode;

import java.util.Optional;
import org.metermint.token.KnownToken;
import org.metermint.token.Token;

/** What a decoder answers to 20 digits, and the state that it is then in. */
public sealed interface Decision {
    /** The state after the answer. */
    DecoderState after();

    /**
     * The token is valid and the meter acts on it. For a key change this is the last token of the set, and the new key
     * is in force.
     *
     * @param token what to act on
     * @param after the state to store together with what the token did
     */
    record Accepted(KnownToken token, DecoderState after) implements Decision {}

    /**
     * A key change token is kept until the others of its set arrive: 1stKCT to 4thKCT.
     *
     * @param section which of the set, 1 to 4
     * @param after the state to store
     */
    record SectionKept(int section, DecoderState after) implements Decision {}

    /**
     * The meter does nothing.
     *
     * @param reason the first of the standard's reasons that applies
     * @param token what the token says, if it could be read: it is authentic but not welcome
     * @param after the state: as it was, but for a key change set that ended
     */
    record Rejected(Rejection reason, Optional<Token> token, DecoderState after) implements Decision {}
}
