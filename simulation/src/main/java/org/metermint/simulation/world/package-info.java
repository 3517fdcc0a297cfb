/** A seeded world of tills, payers, a lossy network and a mortal server around the real sale desk and its database. */
@NullMarked
package org.metermint.simulation.world;

import org.jspecify.annotations.NullMarked;
