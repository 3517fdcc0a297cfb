/** How fast the engines are; docs/internals/performance.md says how to run this and what came out. */
@NullMarked
package org.metermint.benchmarks;

import org.jspecify.annotations.NullMarked;
