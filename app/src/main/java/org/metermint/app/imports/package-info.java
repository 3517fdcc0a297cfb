/** Importing a utility's book from CSV files. */
@NullMarked
package org.metermint.app.imports;

import org.jspecify.annotations.NullMarked;
