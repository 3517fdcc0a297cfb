package org.metermint.vending.customer;

import java.util.Optional;
import org.metermint.vending.meter.Meter;

/** What a look-up finds: a customer with one of the accounts, and the meter there. */
public record SupplyPoint(Customer customer, Optional<Account> account, Optional<Meter> meter) {}
