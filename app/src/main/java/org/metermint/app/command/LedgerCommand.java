package org.metermint.app.command;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.app.server.Books;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metermint ledger}: the books. */
@Command(
        name = "ledger",
        description = "Looks into the books, beside a running server or without one.",
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
    int verify(@Mixin DataOptions where, @Mixin Output output) {
        try (Books books = Books.open(where.settings(), where.data())) {
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
    int balances(@Mixin DataOptions where, @Mixin Output output) {
        try (Books books = Books.open(where.settings(), where.data())) {
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
    int close(@Mixin DataOptions where, @Mixin Output output) {
        try (Books books = Books.open(where.settings(), where.data())) {
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
}
