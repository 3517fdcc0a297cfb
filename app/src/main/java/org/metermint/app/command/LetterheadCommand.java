package org.metermint.app.command;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Registers;
import org.metermint.vending.receipt.CustomerDetails;
import org.metermint.vending.receipt.Letterhead;
import org.metermint.vending.receipt.Letterheads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code metermint utility letterhead}: what a utility says of itself on receipts. */
@Command(
        name = "letterhead",
        description = {
            "What a utility says of itself on receipts: shows it, or adds a version with what the options change.",
            "Sales that were made before keep theirs, in copies too. An empty text takes a part away."
        },
        mixinStandardHelpOptions = true)
final class LetterheadCommand implements Callable<Integer> {

    @Mixin
    private DataOptions where = new DataOptions();

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "CODE", description = "The utility's short name.")
    private String code = "";

    @Option(names = "--name", paramLabel = "NAME", description = "In place of the utility's name.")
    private @Nullable String name;

    @Option(names = "--address", paramLabel = "LINE", description = "A line of the address; once for each, at most 4.")
    private @Nullable List<String> address;

    @Option(names = "--tax-number", paramLabel = "NUMBER", description = "Number under which it pays tax.")
    private @Nullable String taxNumber;

    @Option(names = "--telephone", paramLabel = "NUMBER", description = "Help line.")
    private @Nullable String telephone;

    @Option(
            names = "--invoice-title",
            paramLabel = "TITLE",
            description = "Makes receipts tax invoices, and is what the law calls them: \"TAX INVOICE\".")
    private @Nullable String invoiceTitle;

    @Option(names = "--message", paramLabel = "TEXT", description = "Printed at the end.")
    private @Nullable String message;

    @Option(
            names = "--customer",
            paramLabel = "DETAILS",
            description = "name-and-address, name, masked (as in T. D***i) or none: what is told of the customer.")
    private @Nullable String customer;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From when it holds, such as 2027-04-01T00:00:00Z; default: now.")
    private @Nullable String from;

    @Override
    public Integer call() {
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.of(code))) {
            Letterheads letterheads = registers.vending().letterheads();
            List<Letterhead.Version> versions =
                    letterheads.versions(registers.utility().id());
            Letterhead last =
                    versions.isEmpty() ? Letterhead.PLAIN : versions.getLast().letterhead();
            if (Stream.of(name, address, taxNumber, telephone, invoiceTitle, message, customer, from)
                    .allMatch(option -> option == null)) {
                say(versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast()), last);
            } else {
                Letterhead.Version added = letterheads.add(
                        registers.utility().id(),
                        over(last),
                        Optional.ofNullable(from).map(this::time));
                say(Optional.of(added), added.letterhead());
            }
        }
        return 0;
    }

    private Letterhead over(Letterhead last) {
        try {
            return new Letterhead(
                    over(last.name(), name),
                    address == null
                            ? last.address()
                            : address.stream()
                                    .filter(Predicate.not(String::isEmpty))
                                    .toList(),
                    over(last.taxNumber(), taxNumber),
                    over(last.telephone(), telephone),
                    over(last.invoiceTitle(), invoiceTitle),
                    over(last.message(), message),
                    customer == null ? last.customer() : details(customer));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "Give another value.", e);
        }
    }

    private static Optional<String> over(Optional<String> last, @Nullable String option) {
        return option == null ? last : Optional.of(option).filter(Predicate.not(String::isEmpty));
    }

    private static CustomerDetails details(String word) {
        return Arrays.stream(CustomerDetails.values())
                .filter(details -> word(details).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--customer '" + word + "' is not name-and-address, name, masked or none"));
    }

    private static String word(CustomerDetails details) {
        return details.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandFailure("--from '" + text + "' is no time", "Give one such as 2027-04-01T00:00:00Z.", e);
        }
    }

    private void say(Optional<Letterhead.Version> version, Letterhead letterhead) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", version.map(Letterhead.Version::number).orElse(0));
        version.ifPresent(
                present -> facts.put("effective_from", present.effectiveFrom().toString()));
        letterhead.name().ifPresent(text -> facts.put("name", text));
        facts.put("address", letterhead.address());
        letterhead.taxNumber().ifPresent(text -> facts.put("tax_number", text));
        letterhead.telephone().ifPresent(text -> facts.put("telephone", text));
        letterhead.invoiceTitle().ifPresent(text -> facts.put("invoice_title", text));
        letterhead.message().ifPresent(text -> facts.put("message", text));
        facts.put("customer", word(letterhead.customer()));
        StringBuilder words = new StringBuilder();
        facts.forEach((fact, value) -> words.append("%-16s %s%n"
                .formatted(fact, value instanceof List<?> lines ? String.join(", ", strings(lines)) : value)));
        output.say(facts, words.toString().stripTrailing());
    }

    private static List<String> strings(List<?> lines) {
        return lines.stream().map(String::valueOf).toList();
    }
}
