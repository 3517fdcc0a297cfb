/** Tests of the filter {@code metermint token batch}. */
@NullMarked
package org.metermint.app.token.batch;

import org.jspecify.annotations.NullMarked;
