package org.metermint.secure;

import org.jspecify.annotations.Nullable;
import org.metermint.token.TokenIdentifier;

/**
 * Asks for one management token: class 2, meant for one meter.
 *
 * @param tid frozen by the caller's reservation, counted from the base date of the vending key and never the reserved
 *     minute; null leaves it to the module: the minute of its clock, or the next one that the meter has free
 */
public record IssueManagement(
        MessageId messageId,
        MeterKeyState meter,
        ManagementOrder order,
        @Nullable TokenIdentifier tid) implements IssueRequest {}
