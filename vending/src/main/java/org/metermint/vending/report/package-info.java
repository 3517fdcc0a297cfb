/** What was sold, added up for those who watch. */
@NullMarked
package org.metermint.vending.report;

import org.jspecify.annotations.NullMarked;
