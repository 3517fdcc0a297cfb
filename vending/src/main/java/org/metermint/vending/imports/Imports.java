package org.metermint.vending.imports;

import java.util.List;
import org.metermint.vending.database.UtilityId;

/**
 * Brings in what a utility has. Each row stands for itself: a bad one is reported and the next goes on. A row that is
 * there already changes nothing, so that an import that broke off is resumed by running it again.
 */
public interface Imports {
    /**
     * Imports rows and reports on each, in their order. All of them are committed together: give rows in portions of
     * some hundreds.
     *
     * @param dryRun whether to check only and write nothing
     */
    List<RowReport> run(UtilityId utility, ImportKind kind, List<ImportRow> rows, boolean dryRun);
}
