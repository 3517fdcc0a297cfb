@NullMarked
package org.metermint.app.crash;

import org.jspecify.annotations.NullMarked;
