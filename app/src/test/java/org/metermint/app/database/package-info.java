@NullMarked
package org.metermint.app.database;

import org.jspecify.annotations.NullMarked;
