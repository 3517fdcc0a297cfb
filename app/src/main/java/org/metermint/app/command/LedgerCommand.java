package org.metermint.app.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.metermint.app.server.Books;
import org.metermint.vending.ledger.AccountBalance;
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
            description = "Proves the books from the first row: every entry sums to zero, every sale is booked with its"
                    + " tender, every refused one is booked back.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:the books are right", "1:they are not, or could not be read"},
            mixinStandardHelpOptions = true)
    int verify(@Mixin DataOptions where, @Mixin Output output) {
        try (Books books = Books.open(where.settings(), where.data())) {
            Verification found = books.ledger().verify(books.utility().id());
            String counts =
                    "%d entries, %d postings, %d sales".formatted(found.entries(), found.postings(), found.sales());
            output.say(
                    found,
                    found.proved()
                            ? "The books are right: " + counts + "."
                            : "THE BOOKS ARE WRONG (" + counts + "):\n  " + String.join("\n  ", found.faults()));
            return found.proved() ? 0 : Failures.FAILED;
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
}
