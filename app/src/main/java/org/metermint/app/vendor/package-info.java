/** {@code metermint vendor}: vendors, their clients and their float, on the machine of the server. */
@NullMarked
package org.metermint.app.vendor;

import org.jspecify.annotations.NullMarked;
