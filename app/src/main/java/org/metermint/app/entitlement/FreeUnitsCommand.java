package org.metermint.app.entitlement;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.app.vendor.Acting;
import org.metermint.vending.entitlement.Claim;
import org.metermint.vending.entitlement.EntitlementList;
import org.metermint.vending.money.Money;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint free-units}: lists of accounts that somebody pays free units for, by two persons. */
@Command(
        name = "free-units",
        description = {
            "Lists of accounts that are entitled to free units: one client records a list, metermint import puts accounts"
                    + " on it, another client approves."
        },
        mixinStandardHelpOptions = true)
public final class FreeUnitsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "record", description = "Records a list without accounts.", mixinStandardHelpOptions = true)
    int record(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "LIST", description = "1 to 40 letters, digits, '.', '_' and '-'.") String list,
            @Option(names = "--funder", required = true, description = "Who pays for the units.") String funder,
            @Option(
                            names = "--automatic",
                            description =
                                    "The first sale of a month brings the units along; without it somebody must ask.")
                    boolean automatic,
            @Option(
                            names = "--most-average",
                            paramLabel = "UNITS",
                            description = "Accounts that use more in a month on average get none.")
                    @Nullable String mostAverage,
            @Option(
                            names = "--rate",
                            paramLabel = "AMOUNT",
                            description = "What the funder pays for a unit, such as 1.55.")
                    @Nullable String rate) {
        EntitlementList.Terms terms;
        try {
            terms = new EntitlementList.Terms(
                    funder, automatic, decimal("--most-average", mostAverage), decimal("--rate", rate));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "See metermint free-units record --help.", e);
        }
        try (Registers registers = where.registers()) {
            say(output, registers.vending().entitlements().record(acting.in(registers), list, terms));
        }
        return 0;
    }

    private static Optional<BigDecimal> decimal(String option, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(BigDecimal::new);
        } catch (NumberFormatException e) {
            throw new CommandFailure(option + " '" + text + "' is no number", "Give it as 1.55.", e);
        }
    }

    @Command(name = "approve", description = "Lets a list hold from now on.", mixinStandardHelpOptions = true)
    int approve(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "LIST", description = "Its reference.") String list) {
        try (Registers registers = where.registers()) {
            say(output, registers.vending().entitlements().approve(acting.in(registers), list));
        }
        return 0;
    }

    @Command(name = "reject", description = "Decides that a list never holds.", mixinStandardHelpOptions = true)
    int reject(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "LIST", description = "Its reference.") String list) {
        try (Registers registers = where.registers()) {
            say(output, registers.vending().entitlements().reject(acting.in(registers), list));
        }
        return 0;
    }

    @Command(name = "list", description = "All lists, the newest first.", mixinStandardHelpOptions = true)
    int list(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Registers registers = where.registers()) {
            all(
                    output,
                    registers.vending().entitlements().all(registers.utility().id()),
                    FreeUnitsCommand::data,
                    FreeUnitsCommand::words);
        }
        return 0;
    }

    @Command(
            name = "claims",
            description = "What was taken in a month, for the accounts of those who pay.",
            mixinStandardHelpOptions = true)
    int claims(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Option(names = "--month", required = true, paramLabel = "MONTH", description = "Such as 2026-07.")
                    String month) {
        YearMonth wanted;
        try {
            wanted = YearMonth.parse(month);
        } catch (DateTimeException e) {
            throw new CommandFailure("--month '" + month + "' is no month", "Give it as 2026-07.", e);
        }
        try (Registers registers = where.registers()) {
            all(
                    output,
                    registers
                            .vending()
                            .entitlements()
                            .claims(registers.utility().id(), wanted),
                    FreeUnitsCommand::data,
                    FreeUnitsCommand::words);
        }
        return 0;
    }

    private static <T> void all(
            Output output, List<T> found, Function<T, Map<String, Object>> data, Function<T, String> words) {
        output.say(
                found.stream().map(data).toList(),
                found.isEmpty()
                        ? "There is none."
                        : String.join(
                                System.lineSeparator(),
                                found.stream().map(words).toList()));
    }

    private static void say(Output output, EntitlementList list) {
        output.say(data(list), words(list));
    }

    private static String state(EntitlementList list) {
        return list.decision()
                .map(decision -> (decision.approved() ? "APPROVED by " : "REJECTED by ") + decision.by())
                .orElse("RECORDED by " + list.recordedBy());
    }

    private static Map<String, Object> data(EntitlementList list) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("reference", list.reference());
        data.put("funder", list.terms().funder());
        data.put("automatic", list.terms().automatic());
        list.terms().mostAverage().ifPresent(most -> data.put("most_average", most.toPlainString()));
        list.terms().rate().ifPresent(rate -> data.put("rate", rate.toPlainString()));
        data.put("accounts", list.accounts());
        data.put("units", list.units().toPlainString());
        data.put("state", state(list));
        return data;
    }

    private static String words(EntitlementList list) {
        return "%-20s %8d accounts %14s units a month  %s, %s"
                .formatted(
                        list.reference(),
                        list.accounts(),
                        list.units().toPlainString(),
                        list.terms().funder(),
                        state(list));
    }

    private static Map<String, Object> data(Claim claim) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("list", claim.list());
        data.put("funder", claim.funder());
        data.put("accounts", claim.accounts());
        data.put("units", units(claim));
        data.put("open", claim.open());
        claim.amount().ifPresent(amount -> {
            data.put("amount", amount.decimal());
            data.put("currency", amount.currency());
        });
        return data;
    }

    private static String words(Claim claim) {
        return "%-20s %8d accounts %14s units %16s  %s"
                .formatted(
                        claim.list(),
                        claim.accounts(),
                        units(claim),
                        claim.amount().map(Money::toString).orElse("no rate"),
                        claim.funder());
    }

    private static String units(Claim claim) {
        return BigDecimal.valueOf(claim.tenths(), 1).toPlainString();
    }
}
