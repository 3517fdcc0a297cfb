/** What the folders of the project may import, as tests. */
@NullMarked
package org.metermint.app.architecture;

import org.jspecify.annotations.NullMarked;
