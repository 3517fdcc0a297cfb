package org.metermint.vending;

import org.metermint.vending.customer.Customers;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.Clients;

/** Everything that vending offers, wired to one database and one security module. */
public interface Vending extends AutoCloseable {
    Utilities utilities();

    Clients clients();

    SupplyGroups supplyGroups();

    Tariffs tariffs();

    Meters meters();

    Customers customers();

    Imports imports();

    SaleDesk saleDesk();

    Receipts receipts();

    Ledger ledger();

    /** Ends recovery. The database and the security module stay open: they belong to whoever gave them. */
    @Override
    void close();
}
