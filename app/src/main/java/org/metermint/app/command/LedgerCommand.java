package org.metermint.app.command;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Books;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.ledger.Verification;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint ledger}: the books. */
@Command(
        name = "ledger",
        description = "Looks into the books, beside a running server or without one.",
        subcommands = LedgerExportCommand.class,
        mixinStandardHelpOptions = true)
public final class LedgerCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "verify",
            description =
                    "Proves the books from the first row: every entry sums to zero, every closed day has its digest and"
                            + " its balances, every sale is booked with its tender and every refused one booked back, whatever a"
                            + " row names is there, token identifiers rise, floats are what the books say.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:the books are right", "1:they are not, or could not be read"},
            mixinStandardHelpOptions = true)
    int verify(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Books books = where.books()) {
            Verification found = proof(books);
            String counts = "%d entries, %d postings, %d sales, %d closed days"
                    .formatted(found.entries(), found.postings(), found.sales(), found.closedDays());
            output.say(
                    found,
                    found.proved()
                            ? "The books are right: " + counts + "."
                                    + (found.digest().isEmpty() ? "" : "\nDigest of the last: " + found.digest())
                            : "THE BOOKS ARE WRONG (" + counts + "):\n  " + String.join("\n  ", found.faults()));
            return found.proved() ? 0 : Failures.FAILED;
        }
    }

    private static Verification proof(Books books) {
        try (WorkProgress progress = WorkProgress.shown()) {
            return books.ledger().verify(books.utility().id(), progress);
        }
    }

    @Command(name = "balances", description = "Every account with its balance.", mixinStandardHelpOptions = true)
    int balances(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Books books = where.books()) {
            Map<String, String> balances = new LinkedHashMap<>();
            StringBuilder words = new StringBuilder();
            for (AccountBalance account :
                    books.ledger().balances(books.utility().id())) {
                String balance = books.utility().money(account.balance()).decimal();
                balances.put(account.code(), balance);
                words.append("%20s  %s%n".formatted(balance, account.code()));
            }
            output.say(balances, words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(
            name = "close",
            description =
                    "Closes the books of every day that has ended and is not closed yet. A running server does so by"
                            + " itself.",
            mixinStandardHelpOptions = true)
    int close(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Books books = where.books()) {
            List<ClosedDay> closed = books.dailyClose()
                    .close(books.utility().id(), Clock.systemUTC().instant());
            StringBuilder words = new StringBuilder(closed.isEmpty() ? "Every day that has ended is closed." : "");
            for (ClosedDay day : closed) {
                words.append("%s  %d entries, %d postings  %s%n"
                        .formatted(day.day(), day.entries(), day.postings(), day.digest()));
            }
            output.say(closed, words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(name = "accounts", description = "The chart of accounts.", mixinStandardHelpOptions = true)
    int accounts(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Books books = where.books()) {
            List<LedgerAccount> accounts =
                    books.chart().accounts(books.utility().id());
            StringBuilder words = new StringBuilder();
            accounts.forEach(account -> words.append(line(account)).append(System.lineSeparator()));
            output.say(accounts, words.toString().stripTrailing());
        }
        return 0;
    }

    private static String line(LedgerAccount account) {
        return "%-10s  %-10s  %s  %s"
                .formatted(
                        account.type(),
                        account.number().orElse(""),
                        account.code(),
                        account.name().orElse(""))
                .stripTrailing();
    }

    @Command(
            name = "name",
            description = "Gives an account the utility's own name and number, in place of those before.",
            mixinStandardHelpOptions = true)
    int name(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Code of the account, such as tax/VAT.") String code,
            @Option(names = "--name", paramLabel = "NAME", description = "At most 120 characters.") @Nullable String name,
            @Option(names = "--number", paramLabel = "NUMBER", description = "At most 32 characters, unique.") @Nullable String number) {
        try (Books books = where.books()) {
            LedgerAccount account = books.chart()
                    .name(books.utility().id(), code, Optional.ofNullable(name), Optional.ofNullable(number));
            output.say(account, line(account));
        } catch (RefusedException e) {
            throw new CommandFailure(e.refusal().detail(), remedy(e.refusal().code()), e);
        }
        return 0;
    }

    private static String remedy(RefusalCode code) {
        return code == RefusalCode.NOT_FOUND ? "metermint ledger accounts lists those that are there." : code.remedy();
    }
}
