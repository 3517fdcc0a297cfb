package org.metermint.simulation.world;

import java.time.Clock;
import java.util.Set;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.vending.Vending;
import org.metermint.vending.sale.SaleDesk;

/** One life of the server: nothing in memory at its beginning, the same database and module. */
final class Life implements AutoCloseable {
    private final Fuse fuse = new Fuse();
    private final DataSource connections;
    private final MortalConnections mortal;
    private final Vending vending;
    private final SaleDesk desk;

    Life(Ground ground, SecurityModule module, Mood mood, Witness witness, Sabotage sabotage, Clock clock, long seed) {
        this.connections = ground.connections();
        this.mortal = new MortalConnections(connections, fuse);
        SecurityModule moody = sabotage.module(new MortalModule(module, mood, fuse, witness));
        this.vending = new Vending(mortal, moody, clock, new SeededRandom(seed));
        this.desk = sabotage.desk(vending.saleDesk(), moody);
    }

    SaleDesk desk() {
        return desk;
    }

    /** The processes of the database that serve this server, and perhaps some that did. */
    Set<Integer> backends() {
        return mortal.backends();
    }

    Fuse fuse() {
        return fuse;
    }

    @Override
    public void close() {
        vending.close();
        closeIfItCanBe(connections);
    }

    static void closeIfItCanBe(DataSource connections) {
        if (connections instanceof AutoCloseable pool) {
            try {
                pool.close();
            } catch (Exception e) {
                throw new IllegalStateException("the pool cannot be closed", e);
            }
        }
    }
}
