/**
 * The messages of the network interface of STS security modules: Thrift service {@code TokenApi}, one record a structure,
 * one {@link org.metermint.secure.network.wire.Call} a method, for both ends of a connection.
 */
@NullMarked
package org.metermint.secure.network.wire;

import org.jspecify.annotations.NullMarked;
