/** The database: roles, migrations, and units of work that see one utility. */
@NullMarked
package org.metermint.vending.database;

import org.jspecify.annotations.NullMarked;
