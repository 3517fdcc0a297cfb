package org.metermint.meter;

import java.util.List;
import java.util.Optional;
import org.metermint.token.Token;
import org.metermint.token.decode.Rejection;

/**
 * What a meter answers to 20 digits: the text on its display, and underneath the precise result of the standard.
 *
 * @param display what a customer sees, as {@code ACCEPT}, {@code 1st KCT}, {@code USED} or {@code REJECT}
 * @param result the standard's name of the result, as {@code Accept}, {@code 1stKCT} or {@code UsedError}
 * @param explanation a sentence for people; it holds no key and no meter number
 * @param rejection why nothing was done; empty if the token was accepted or kept
 * @param token what the token says, where it could be read
 * @param credited what the token changed the credit by; empty if it did not
 * @param readings what a class 1 token made the meter show
 * @param balance the credit now
 * @param keyChangePending whether more tokens of a key change set are awaited
 */
public record Answer(
        String display,
        String result,
        String explanation,
        Optional<Rejection> rejection,
        Optional<Token> token,
        Optional<Credit> credited,
        List<Reading> readings,
        Credit balance,
        boolean keyChangePending) {
    public Answer {
        readings = List.copyOf(readings);
    }

    /** Whether the meter did not refuse: it acted on the token or keeps it as part of a key change set. */
    public boolean accepted() {
        return rejection.isEmpty();
    }
}
