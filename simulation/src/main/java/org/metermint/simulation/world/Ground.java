package org.metermint.simulation.world;

import java.time.Clock;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;

/** What a world stands on and does not invent: a fresh, prepared database, and a security module with the test keys. */
public interface Ground {
    /** A pool of connections as the server's role; closed by whoever asked for it, if it can be closed. */
    DataSource connections();

    /** Connections that see what the server cannot. */
    DataSource superuser();

    /** The security module, with the public test keys, on the clock of the world. */
    SecurityModule openModule(Clock clock) throws SecurityModuleException;
}
