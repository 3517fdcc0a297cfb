/** The record of everything a security module did: a chain of frames in files, which anybody can verify. */
@NullMarked
package org.metermint.secure.internal.record;

import org.jspecify.annotations.NullMarked;
