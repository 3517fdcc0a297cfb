/** Virtual meters in the data directory, and the commands on them. */
@NullMarked
package org.metermint.app.meter;

import org.jspecify.annotations.NullMarked;
