package org.metermint.simulation.world;

import org.metermint.secure.SecurityModule;
import org.metermint.vending.sale.SaleDesk;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A way to break the program on purpose, to prove that the world would see it. By default everything is honest. */
public interface Sabotage {
    Sabotage NONE = new Sabotage() {};

    /** The desk that tills talk to. */
    default SaleDesk desk(SaleDesk honest, SecurityModule module) {
        return honest;
    }

    /** The module that the desk talks to. */
    default SecurityModule module(SecurityModule honest) {
        return honest;
    }

    /** What somebody with all power does to the database after each step. */
    default void meddle(JdbcClient superuser, long step) {}
}
