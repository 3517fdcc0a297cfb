/** Reports from the events of the outbox. */
@NullMarked
package org.metermint.vending.report.internal;

import org.jspecify.annotations.NullMarked;
