package org.metermint.token.cipher;

/** EA07: the Standard Transfer Algorithm (STA) under one key; {@link Ea07Tables} says how it works. */
public final class Ea07 implements BlockCipher {
    private final Ea07Tables tables;
    private final long key;

    /** The cipher under a 64-bit key. */
    public Ea07(Ea07Tables tables, long key) {
        this.tables = tables;
        this.key = key;
    }

    @Override
    public long encrypt(long block) {
        return tables.encrypt(key, block);
    }

    @Override
    public long decrypt(long block) {
        return tables.decrypt(key, block);
    }

    @Override
    public String toString() {
        return "EA07";
    }
}
