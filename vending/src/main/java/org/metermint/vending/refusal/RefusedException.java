package org.metermint.vending.refusal;

/** A call was refused, and nothing was changed. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.code() + ": " + refusal.detail());
        this.refusal = refusal;
    }

    public RefusedException(RefusalCode code, String detail) {
        this(new Refusal(code, detail));
    }

    public Refusal refusal() {
        return refusal;
    }
}
