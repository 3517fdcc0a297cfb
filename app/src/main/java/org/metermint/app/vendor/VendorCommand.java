package org.metermint.app.vendor;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DayConverter;
import org.metermint.app.command.NewFile;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.StatementCsv;
import org.metermint.vending.vendor.Vendor;
import org.metermint.vending.vendor.VendorKind;
import org.metermint.vending.vendor.VendorStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint vendor}: vendors and their terms. */
@Command(
        name = "vendor",
        description = "Vendors, their clients and their float, on the machine of the server, beside it or without it.",
        subcommands = {DepositCommand.class, VendorClientCommand.class},
        mixinStandardHelpOptions = true)
public final class VendorCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", description = "All vendors with their balances.", mixinStandardHelpOptions = true)
    int list(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Registers registers = where.registers()) {
            List<Vendor> vendors =
                    registers.vending().vendors().all(registers.utility().id());
            StringBuilder words = new StringBuilder();
            for (Vendor vendor : vendors) {
                words.append(words(registers.utility(), vendor)).append(System.lineSeparator());
            }
            output.say(
                    vendors.stream()
                            .map(vendor -> data(registers.utility(), vendor))
                            .toList(),
                    words.isEmpty()
                            ? "There is no vendor yet."
                            : words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(name = "register", description = "Registers a vendor with its terms.", mixinStandardHelpOptions = true)
    int register(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "1 to 32 of a-z, 0-9 and '-'.") String code,
            @Option(names = "--name", required = true, description = "Its name.") String name,
            @Option(
                            names = "--kind",
                            defaultValue = "MULTI_CLIENT",
                            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
                    VendorKind kind,
            @Option(
                            names = "--credit-line",
                            required = true,
                            paramLabel = "AMOUNT",
                            description = "How far below zero its balance may fall, such as 0 or 500.00.")
                    String creditLine,
            @Option(names = "--commission-plan", paramLabel = "PLAN", description = "Code of its commission plan.")
                    @Nullable String plan) {
        try (Registers registers = where.registers()) {
            long line = Amounts.minor(registers.utility(), "--credit-line", creditLine);
            NewVendor wanted = checked(code, name, kind, line, plan);
            say(
                    output,
                    registers,
                    registers.vending().vendors().register(registers.utility().id(), wanted));
        }
        return 0;
    }

    private static NewVendor checked(String code, String name, VendorKind kind, long line, @Nullable String plan) {
        try {
            return new NewVendor(code, name, kind, line, Optional.ofNullable(plan));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "See metermint vendor register --help.", e);
        }
    }

    @Command(
            name = "credit-line",
            description = "Sets how far below zero a vendor's balance may fall.",
            mixinStandardHelpOptions = true)
    int creditLine(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String code,
            @Parameters(paramLabel = "AMOUNT", description = "Such as 500.00.") String amount) {
        try (Registers registers = where.registers()) {
            long line = Amounts.minor(registers.utility(), "AMOUNT", amount);
            say(
                    output,
                    registers,
                    registers
                            .vending()
                            .vendors()
                            .setCreditLine(registers.utility().id(), code, line));
        }
        return 0;
    }

    @Command(name = "suspend", description = "Lets a vendor sell no more.", mixinStandardHelpOptions = true)
    int suspend(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String code) {
        return status(where, output, code, VendorStatus.SUSPENDED);
    }

    @Command(name = "activate", description = "Lifts a vendor's suspension.", mixinStandardHelpOptions = true)
    int activate(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String code) {
        return status(where, output, code, VendorStatus.ACTIVE);
    }

    private static int status(UtilityOptions where, Output output, String code, VendorStatus status) {
        try (Registers registers = where.registers()) {
            say(
                    output,
                    registers,
                    registers.vending().vendors().setStatus(registers.utility().id(), code, status));
        }
        return 0;
    }

    @Command(
            name = "statement",
            description = "Every movement of a vendor's float, with the balance after each, as CSV.",
            mixinStandardHelpOptions = true)
    int statement(
            @Mixin UtilityOptions where,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String code,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "DAY",
                            converter = DayConverter.class,
                            description = "First day, such as 2026-07-01.")
                    LocalDate from,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "DAY",
                            converter = DayConverter.class,
                            description = "Last day, included.")
                    LocalDate to,
            @Option(names = "--output", paramLabel = "FILE", description = "A new file; default: standard output.")
                    @Nullable Path file) {
        try (Registers registers = where.registers()) {
            Utility utility = registers.utility();
            Instant begin = beginning(utility, from);
            Instant end = beginning(utility, to.plusDays(1));
            PrintWriter console = spec.commandLine().getOut();
            if (file == null) {
                StatementCsv.write(registers.vending().floats(), utility, code, begin, end, Long.MAX_VALUE, console);
                console.flush();
                return 0;
            }
            NewFile.write(
                    file,
                    out -> StatementCsv.write(
                            registers.vending().floats(), utility, code, begin, end, Long.MAX_VALUE, out));
            console.println("Written to " + file + ".");
            console.flush();
        }
        return 0;
    }

    private static Instant beginning(Utility utility, LocalDate day) {
        return day.atStartOfDay(utility.settings().zone()).toInstant();
    }

    private static void say(Output output, Registers registers, Vendor vendor) {
        output.say(data(registers.utility(), vendor), words(registers.utility(), vendor));
    }

    private static Map<String, Object> data(Utility utility, Vendor vendor) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("code", vendor.code());
        data.put("name", vendor.name());
        data.put("kind", vendor.kind().name());
        data.put("status", vendor.status().name());
        data.put("balance", utility.money(vendor.balance()).decimal());
        vendor.creditLine()
                .ifPresent(line -> data.put("credit_line", utility.money(line).decimal()));
        data.put("currency", utility.settings().currency());
        vendor.commissionPlan().ifPresent(plan -> data.put("commission_plan", plan));
        return data;
    }

    private static String words(Utility utility, Vendor vendor) {
        String line = vendor.creditLine().isPresent()
                ? "credit line "
                        + utility.money(vendor.creditLine().getAsLong()).decimal()
                : "own counter, no limit";
        return "%-20s %-10s %16s  %s  (%s)"
                .formatted(vendor.code(), vendor.status(), utility.money(vendor.balance()), line, vendor.name());
    }
}
