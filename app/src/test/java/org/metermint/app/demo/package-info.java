@NullMarked
package org.metermint.app.demo;

import org.jspecify.annotations.NullMarked;
