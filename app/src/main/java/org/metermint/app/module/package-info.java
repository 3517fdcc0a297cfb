/** The commands {@code metermint security-module ...}: a security module in a process of its own. */
@NullMarked
package org.metermint.app.module;

import org.jspecify.annotations.NullMarked;
