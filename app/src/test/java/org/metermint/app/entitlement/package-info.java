@NullMarked
package org.metermint.app.entitlement;

import org.jspecify.annotations.NullMarked;
