package org.metermint.meter;

/** Why the load switch of a meter is open. */
public enum OpenReason {
    /** There is no credit. */
    NO_CREDIT("no credit"),
    /** The load last tried was above the maximum power limit; a smaller one closes the switch. */
    POWER_LIMIT("load above the power limit"),
    /** The meter was tampered with; a clear tamper token closes the switch. */
    TAMPER("tamper detected"),
    /** A token disconnected the service. */
    DISCONNECTED("service disconnected");

    private final String meaning;

    OpenReason(String meaning) {
        this.meaning = meaning;
    }

    /** The reason in plain words. */
    public String meaning() {
        return meaning;
    }
}
