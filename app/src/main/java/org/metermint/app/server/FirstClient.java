package org.metermint.app.server;

import java.util.Optional;
import org.metermint.vending.Vending;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.ClientSecret;

/** The client that every utility begins with: its own counter, from which all else is set up. */
public final class FirstClient {

    /** Whose float its sales are booked on. */
    static final String VENDOR = "till";

    private FirstClient() {}

    /** The client's id. */
    public static String idOf(Utility utility) {
        return utility.code() + ".till-1";
    }

    /** Makes the client, unless it is there; its secret can be shown this one time. */
    public static Optional<ClientSecret> make(Vending vending, Utility utility) {
        return vending.clients().find(utility.id(), idOf(utility)).isPresent()
                ? Optional.empty()
                : Optional.of(vending.clients().create(utility.id(), idOf(utility), VENDOR));
    }
}
