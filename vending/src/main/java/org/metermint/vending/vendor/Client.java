package org.metermint.vending.vendor;

import java.util.Optional;

/**
 * A client, without its secret.
 *
 * @param terminal what the device at the other end is called
 */
public record Client(String clientId, String vendorCode, Role role, Optional<String> terminal, boolean disabled) {}
