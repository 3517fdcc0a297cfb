package org.metermint.secure.network;

import java.util.Arrays;
import org.metermint.secure.network.wire.Secret;

/** With what a client signs in at a module. */
public final class ModuleUser {
    private final String name;
    private final char[] password;

    /**
     * A user of the module.
     *
     * @param password copied; the caller wipes its own
     */
    public ModuleUser(String name, char[] password) {
        this.name = name;
        this.password = password.clone();
    }

    /** The user's name at the module. */
    public String name() {
        return name;
    }

    synchronized Secret password() {
        return new Secret(new String(password));
    }

    synchronized void wipe() {
        Arrays.fill(password, '\0');
    }

    /** The name; nothing of the password. */
    @Override
    public String toString() {
        return name;
    }
}
