package org.metermint.token.decode;

/**
 * What a decoder remembers between two tokens. A meter must store a new state in one atomic step together with what
 * the token did, credit above all.
 *
 * @param register the key and what belongs to it
 * @param memory the token identifiers that were used
 * @param keyChange the sections of a key change set that is not complete
 */
public record DecoderState(DecoderKeyRegister register, TidMemory memory, KeyChangeProgress keyChange) {
    /** A state without a key change begun. */
    public DecoderState(DecoderKeyRegister register, TidMemory memory) {
        this(register, memory, KeyChangeProgress.NONE);
    }

    DecoderState withMemory(TidMemory newMemory) {
        return new DecoderState(register, newMemory, keyChange);
    }

    DecoderState withKeyChange(KeyChangeProgress progress) {
        return new DecoderState(register, memory, progress);
    }
}
