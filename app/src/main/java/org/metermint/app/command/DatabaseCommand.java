package org.metermint.app.command;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.app.server.Registers;
import org.metermint.vending.database.Partitions;
import org.metermint.vending.database.Partitions.Partition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metermint database}: the database behind the registers. */
@Command(
        name = "database",
        description = "Looks at the database, beside a running server or without one.",
        mixinStandardHelpOptions = true)
public final class DatabaseCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "partitions",
            description = "The monthly partitions of the tables that grow. Rows are as last counted by PostgreSQL's own"
                    + " statistics.",
            mixinStandardHelpOptions = true)
    int partitions(@Mixin DataOptions where, @Mixin Output output) {
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.empty())) {
            List<Partition> all = registers.vending().partitions().all();
            List<Map<String, Object>> facts = new ArrayList<>();
            StringBuilder words =
                    new StringBuilder("%-28s %-8s %14s %14s%n".formatted("partition", "month", "rows (about)", "KiB"));
            for (Partition partition : all) {
                String month = partition.month().map(YearMonth::toString).orElse("default");
                Map<String, Object> fact = new LinkedHashMap<>();
                fact.put("table", partition.table());
                fact.put("partition", partition.name());
                fact.put("month", month);
                fact.put("rows", partition.rows());
                fact.put("octets", partition.octets());
                fact.put("used", partition.used());
                facts.add(fact);
                words.append("%-28s %-8s %,14d %,14d%s%n"
                        .formatted(
                                partition.name(),
                                month,
                                partition.rows(),
                                partition.octets() / 1024,
                                partition.month().isEmpty() && partition.used()
                                        ? "  rows came while their month had no partition"
                                        : ""));
            }
            words.append(Partitions.furthest(all)
                    .map(furthest -> "Every table has partitions up to " + furthest + ".")
                    .orElse("A table has no partition but the default one."));
            output.say(facts, words.toString());
        }
        return 0;
    }
}
