/**
 * Security modules that are reached over the network, and several modules as one: what a vending system uses that holds
 * no key itself.
 */
@NullMarked
package org.metermint.secure.network;

import org.jspecify.annotations.NullMarked;
