@NullMarked
package org.metermint.app.server;

import org.jspecify.annotations.NullMarked;
