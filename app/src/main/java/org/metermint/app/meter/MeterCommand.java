package org.metermint.app.meter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DataOptions;
import org.metermint.app.command.Output;
import org.metermint.meter.Answer;
import org.metermint.meter.Consumption;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.MeterStatus;
import org.metermint.meter.OpenReason;
import org.metermint.meter.Quantity;
import org.metermint.meter.VirtualMeter;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.meter.MeterNumbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint meter}: virtual meters. */
@Command(
        name = "meter",
        description = "Virtual meters, which take tokens as a real one does. TEST ONLY: their keys are public.",
        mixinStandardHelpOptions = true)
public final class MeterCommand implements Runnable {

    /** The meter refused the token. */
    private static final int REFUSED = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "new", description = "Makes a virtual meter.", mixinStandardHelpOptions = true)
    int make(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(
                            paramLabel = "NUMBER",
                            description = "11 or 13 digits with their check digit, or an 18-digit PAN.")
                    String number,
            @Option(
                            names = "--algorithm",
                            defaultValue = "7",
                            description = "Encryption algorithm: 7 or 11; default: ${DEFAULT-VALUE}.")
                    int algorithm,
            @Option(
                            names = "--supply-group",
                            defaultValue = "123457",
                            description = "Supply group of a public test key; default: ${DEFAULT-VALUE}.")
                    String supplyGroup,
            @Option(
                            names = "--key-revision",
                            defaultValue = "4",
                            description = "Revision of its key; default: ${DEFAULT-VALUE}.")
                    int revision,
            @Option(names = "--tariff-index", defaultValue = "01", description = "Default: ${DEFAULT-VALUE}.")
                    String tariffIndex)
            throws MeterFileException {
        MeterSpecification specification = understood(() -> MeterSpecification.of(
                MeterNumbers.parse(number), EncryptionAlgorithm.ofNumber(algorithm), CreditType.ELECTRICITY));
        try (VirtualMeter meter = VirtualMeters.in(where.data())
                .makeTestOnly(
                        specification,
                        understood(() -> SupplyGroupCode.parse(supplyGroup)),
                        understood(() -> new KeyRevisionNumber(revision)),
                        understood(() -> TariffIndex.parse(tariffIndex)))) {
            show(output, meter);
        }
        return 0;
    }

    @Command(
            name = "enter",
            description = "Keys tokens into a meter, one after the other, as a customer does.",
            mixinStandardHelpOptions = true)
    int enter(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(index = "0", paramLabel = "NUMBER", description = "Number of the meter.") String number,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "TOKEN",
                            description = "20 digits; put digits in groups into quotes.")
                    List<String> tokens)
            throws MeterFileException {
        boolean accepted = true;
        try (VirtualMeter meter = VirtualMeters.in(where.data()).open(pan(number))) {
            for (String token : tokens) {
                Answer answer = meter.enter(token);
                output.say(facts(answer), words(answer));
                accepted &= answer.accepted();
            }
        }
        return accepted ? 0 : REFUSED;
    }

    @Command(name = "show", description = "Shows how a meter stands.", mixinStandardHelpOptions = true)
    int show(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "NUMBER", description = "Number of the meter.") String number)
            throws MeterFileException {
        try (VirtualMeter meter = VirtualMeters.in(where.data()).open(pan(number))) {
            show(output, meter);
        }
        return 0;
    }

    @Command(
            name = "consume",
            description = "Lets the load draw energy, as far as the credit reaches.",
            mixinStandardHelpOptions = true)
    int consume(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(index = "0", paramLabel = "NUMBER", description = "Number of the meter.") String number,
            @Parameters(index = "1", paramLabel = "UNITS", description = "How much, such as 1.5 (kWh).")
                    BigDecimal units)
            throws MeterFileException {
        try (VirtualMeter meter = VirtualMeters.in(where.data()).open(pan(number))) {
            Consumption consumption = meter.consume(
                    understood(() -> Quantity.ofUnits(meter.specification().resource(), units)));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("drawn", consumption.drawn().units(3).toPlainString());
            facts.put("balance", consumption.balance().units(3).toPlainString());
            facts.put("open_reasons", consumption.openReasons());
            output.say(
                    facts,
                    "drew " + consumption.drawn() + ", " + consumption.balance() + " left"
                            + switchWords(List.copyOf(consumption.openReasons())));
        }
        return 0;
    }

    private static void show(Output output, VirtualMeter meter) {
        MeterStatus status = meter.status();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("meter", meter.specification().pan().digits());
        facts.put("algorithm", meter.specification().algorithm().code());
        facts.put("supply_group", status.supplyGroup().digits());
        facts.put("key_revision", status.revision().value());
        facts.put("tariff_index", status.tariffIndex().digits());
        facts.put("balance", status.balance().units(3).toPlainString());
        facts.put("consumed", status.consumed().units(3).toPlainString());
        facts.put("switch_closed", status.switchClosed());
        facts.put("test_only", true);
        output.say(facts, """
                virtual meter %s (TEST ONLY)
                  credit    %s
                  consumed  %s
                  key       supply group %s, revision %d, tariff index %s, algorithm %s%s""".formatted(
                        meter.specification().pan().drn(),
                        status.balance(),
                        status.consumed(),
                        status.supplyGroup().digits(),
                        status.revision().value(),
                        status.tariffIndex().digits(),
                        meter.specification().algorithm().code(),
                        switchWords(List.copyOf(status.openReasons()))));
    }

    static Map<String, Object> facts(Answer answer) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accepted", answer.accepted());
        facts.put("display", answer.display());
        facts.put("result", answer.result());
        facts.put("balance", answer.balance().units(3).toPlainString());
        List<String> readings = new ArrayList<>();
        answer.readings().forEach(reading -> readings.add(reading.toString()));
        facts.put("readings", readings);
        return facts;
    }

    static String words(Answer answer) {
        String words = answer.display() + ": " + answer.explanation();
        return answer.readings().stream().map(reading -> "\n  " + reading).collect(Collectors.joining("", words, ""));
    }

    private static String switchWords(List<OpenReason> reasons) {
        return reasons.isEmpty()
                ? ""
                : "\n  the load switch is open: "
                        + reasons.stream().map(OpenReason::meaning).collect(Collectors.joining(", "));
    }

    private static MeterPan pan(String number) {
        return understood(() -> MeterNumbers.parse(number));
    }

    /** What an argument means, or in the words of its type why it means nothing. */
    private static <T> T understood(java.util.function.Supplier<T> argument) {
        try {
            return argument.get();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "Correct it; --help explains the arguments.", e);
        }
    }
}
