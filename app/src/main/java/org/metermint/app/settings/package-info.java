/** The settings of an installation: one file, one table, nothing unknown. */
@NullMarked
package org.metermint.app.settings;

import org.jspecify.annotations.NullMarked;
