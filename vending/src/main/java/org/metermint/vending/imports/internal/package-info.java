/** How rows become records. */
@NullMarked
package org.metermint.vending.imports.internal;

import org.jspecify.annotations.NullMarked;
