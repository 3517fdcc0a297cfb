package org.metermint.vending.sale;

import org.metermint.token.BaseDate;
import org.metermint.token.TokenIdentifier;

/**
 * What tells a credit token from every other of its meter.
 *
 * @param baseDate that the identifier counts from
 * @param identifier TID: minutes since the base date
 */
public record TokenStamp(BaseDate baseDate, TokenIdentifier identifier) {}
