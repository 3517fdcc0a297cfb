package org.metermint.simulation.world;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * The life of one server. Each crossing of a boundary, into the database or the security module and back, burns a piece
 * of it; where it ends, every connection is torn and every later crossing fails, as it would for a process that is no
 * more. Nothing that such a process still answers may leave.
 */
final class Fuse {
    private final Set<Connection> held = new HashSet<>();
    private long left = Long.MAX_VALUE;
    private boolean blown;

    /** Lets the server die at the crossing after so many more. */
    synchronized void blowAfter(long crossings) {
        left = crossings;
    }

    synchronized boolean isBlown() {
        return blown;
    }

    /** Crosses a boundary; false if the server is dead, so that nothing crosses any more. */
    synchronized boolean cross() {
        if (!blown && left-- > 0) {
            return true;
        }
        if (!blown) {
            blown = true;
            held.forEach(Fuse::tear); // before anybody learns of the death and cleans up, which no dead process does
        }
        return false;
    }

    void blow() {
        blowAfter(0);
        cross();
    }

    /** Takes a connection that goes with the server; false if the server is dead already. */
    synchronized boolean hold(Connection connection) {
        return !blown && held.add(connection);
    }

    synchronized void release(Connection connection) {
        held.remove(connection);
    }

    private static void tear(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("a connection that cannot be torn", e);
        }
    }
}
