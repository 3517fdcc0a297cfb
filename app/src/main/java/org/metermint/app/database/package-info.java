/** Where the program keeps its state: the data directory, and PostgreSQL inside it or elsewhere. */
@NullMarked
package org.metermint.app.database;

import org.jspecify.annotations.NullMarked;
