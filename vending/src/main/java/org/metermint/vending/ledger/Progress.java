package org.metermint.vending.ledger;

/** Hears how far long work has come. */
public interface Progress {
    /** Nobody listens. */
    Progress UNHEARD = new Progress() {
        @Override
        public void begin(String step, long of) {}

        @Override
        public void reach(long done) {}
    };

    /**
     * A step begins.
     *
     * @param of how much it is in all; 0 if nobody knows
     */
    void begin(String step, long of);

    /** So much of the step is done. */
    void reach(long done);
}
