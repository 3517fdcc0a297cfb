/**
 * The token engine as a filter: requests as lines of JSON in, one reply line for each out. The format stands in
 * {@code docs/reference/token-batch.md}.
 */
@NullMarked
package org.metermint.app.token.batch;

import org.jspecify.annotations.NullMarked;
