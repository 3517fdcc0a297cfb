/** Tests of the commands {@code metermint security-module ...}, in processes of their own. */
@NullMarked
package org.metermint.app.module;

import org.jspecify.annotations.NullMarked;
