@NullMarked
package org.metermint.app.load;

import org.jspecify.annotations.NullMarked;
