@NullMarked
package org.metermint.app.imports;

import org.jspecify.annotations.NullMarked;
