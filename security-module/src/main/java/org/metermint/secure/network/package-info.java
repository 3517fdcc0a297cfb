/**
 * The network interface of STS security modules: a server that offers a module of this process to vending systems, and
 * modules that are reached over the network, several of them as one: what a vending system uses that holds no key
 * itself.
 */
@NullMarked
package org.metermint.secure.network;

import org.jspecify.annotations.NullMarked;
