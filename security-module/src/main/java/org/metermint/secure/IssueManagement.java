package org.metermint.secure;

import java.util.UUID;
import org.metermint.token.TokenIdentifier;

/**
 * Asks for one management token: class 2, meant for one meter.
 *
 * @param tid frozen by the caller's reservation, counted from the base date of the vending key; never the reserved
 *     minute
 */
public record IssueManagement(UUID messageId, MeterKeyState meter, ManagementOrder order, TokenIdentifier tid)
        implements IssueRequest {}
