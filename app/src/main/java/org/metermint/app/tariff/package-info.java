/** Tariffs on the command line: published files are imported, and their worked examples checked. */
@NullMarked
package org.metermint.app.tariff;

import org.jspecify.annotations.NullMarked;
