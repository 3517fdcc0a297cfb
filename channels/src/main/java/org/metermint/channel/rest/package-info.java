/** REST: translates requests into vending's terms and never decides. */
@NullMarked
package org.metermint.channel.rest;

import org.jspecify.annotations.NullMarked;
