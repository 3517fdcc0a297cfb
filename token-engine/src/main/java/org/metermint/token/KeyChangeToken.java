package org.metermint.token;

/** One token of a key change set. It has no identifier of its own; only the complete set changes anything. */
public sealed interface KeyChangeToken extends KnownToken
        permits Set1stSectionDecoderKey,
                Set2ndSectionDecoderKey,
                Set3rdSectionSupplyGroupCode,
                Set3rdSectionDecoderKey,
                Set4thSectionDecoderKey {
    /** Which of its set, 1 to 4. */
    int section();
}
