@NullMarked
package org.metermint.app.settings;

import org.jspecify.annotations.NullMarked;
