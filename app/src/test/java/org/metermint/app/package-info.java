@NullMarked
package org.metermint.app;

import org.jspecify.annotations.NullMarked;
