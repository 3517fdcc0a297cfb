package org.metermint.app.vendor;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DayConverter;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.FloatMovement;
import org.metermint.vending.vendor.MovementKind;
import org.metermint.vending.vendor.NewMovement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint vendor deposit}: what moves a float beside sales, by two persons. */
@Command(
        name = "deposit",
        description = "Deposits and withdrawals: one client records, another one confirms.",
        mixinStandardHelpOptions = true)
final class DepositCommand implements Runnable {
    private static final int MOST = 1_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "record", description = "Records a deposit; it moves nothing yet.", mixinStandardHelpOptions = true)
    int record(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String vendor,
            @Option(names = "--amount", required = true, description = "Such as 1000.00.") String amount,
            @Option(names = "--reference", required = true, description = "The bank's reference.") String reference,
            @Option(
                            names = "--value-date",
                            required = true,
                            paramLabel = "DAY",
                            converter = DayConverter.class,
                            description = "The day on which the bank counts it, such as 2026-07-15.")
                    LocalDate valueDate,
            @Option(
                            names = "--bank",
                            defaultValue = NewMovement.MAIN_BANK,
                            description = "The utility's account; default: ${DEFAULT-VALUE}.")
                    String bank,
            @Option(names = "--withdrawal", description = "The vendor is paid out.") boolean withdrawal) {
        try (Registers registers = where.registers()) {
            NewMovement movement = checked(
                    vendor,
                    withdrawal ? MovementKind.WITHDRAWAL : MovementKind.DEPOSIT,
                    Amounts.minor(registers.utility(), "--amount", amount),
                    bank,
                    reference,
                    valueDate);
            say(output, registers, registers.vending().floats().record(acting.in(registers), movement));
        }
        return 0;
    }

    private static NewMovement checked(
            String vendor, MovementKind kind, long amount, String bank, String reference, LocalDate valueDate) {
        try {
            return new NewMovement(vendor, kind, amount, bank, reference, valueDate);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "See metermint vendor deposit record --help.", e);
        }
    }

    @Command(name = "confirm", description = "Confirms a deposit, and registers it.", mixinStandardHelpOptions = true)
    int confirm(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String vendor,
            @Parameters(paramLabel = "NUMBER", description = "Number of the deposit.") long number) {
        try (Registers registers = where.registers()) {
            say(output, registers, registers.vending().floats().confirm(acting.in(registers), vendor, number));
        }
        return 0;
    }

    @Command(name = "reject", description = "Rejects a deposit.", mixinStandardHelpOptions = true)
    int reject(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String vendor,
            @Parameters(paramLabel = "NUMBER", description = "Number of the deposit.") long number,
            @Option(names = "--reason", required = true, description = "Why.") String reason) {
        try (Registers registers = where.registers()) {
            say(output, registers, registers.vending().floats().reject(acting.in(registers), vendor, number, reason));
        }
        return 0;
    }

    @Command(
            name = "list",
            description = "Deposits and withdrawals of a vendor, and paid commission.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Code of the vendor.") String vendor,
            @Option(names = "--after", defaultValue = "0", description = "Only those with a greater number.")
                    long after) {
        try (Registers registers = where.registers()) {
            List<FloatMovement> movements =
                    registers.vending().floats().after(registers.utility().id(), vendor, after, MOST);
            StringBuilder words = new StringBuilder();
            for (FloatMovement movement : movements) {
                words.append(words(registers.utility(), movement)).append(System.lineSeparator());
            }
            output.say(
                    movements.stream()
                            .map(movement -> data(registers.utility(), movement))
                            .toList(),
                    words.isEmpty() ? "There is none." : words.toString().stripTrailing());
        }
        return 0;
    }

    private static void say(Output output, Registers registers, FloatMovement movement) {
        output.say(data(registers.utility(), movement), words(registers.utility(), movement));
    }

    private static String state(FloatMovement movement) {
        return movement.decision()
                .map(decision -> (decision.confirmed() ? "CONFIRMED by " : "REJECTED by ") + decision.by())
                .orElse("RECORDED");
    }

    private static Map<String, Object> data(Utility utility, FloatMovement movement) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", movement.id());
        data.put("vendor", movement.vendor());
        data.put("kind", movement.kind().name());
        data.put("amount", utility.money(movement.amount()).decimal());
        data.put("currency", utility.settings().currency());
        data.put("reference", movement.reference());
        data.put("value_date", movement.valueDate().toString());
        data.put("recorded_by", movement.recordedBy());
        data.put("state", state(movement));
        return data;
    }

    private static String words(Utility utility, FloatMovement movement) {
        return "%6d  %-10s %16s  %s  %s, recorded by %s"
                .formatted(
                        movement.id(),
                        movement.kind(),
                        utility.money(movement.amount()),
                        movement.reference(),
                        state(movement),
                        movement.recordedBy());
    }
}
