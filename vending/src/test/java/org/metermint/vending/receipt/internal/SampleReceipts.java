package org.metermint.vending.receipt.internal;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.receipt.Receipt;

/** Receipts of invented people, as printers get them. */
final class SampleReceipts {
    static final Receipt PLAIN = of(false, false, "Riverside Power", "Thandi Dlamini", 0);
    static final Receipt COPY = of(true, true, "Riverside Power", "Thandi Dlamini", 0);
    static final Receipt KEY_CHANGE = of(
            true,
            true,
            "Companhia de Electricidade do Distrito da Beira e Arredores, Sociedade Anónima",
            "Gonçalo Muñoz-Łukasiewicz van der Westhuizen",
            4);

    private SampleReceipts() {}

    static Receipt of(boolean copy, boolean testOnly, String utility, String customer, int keyChangeTokens) {
        List<Receipt.Token> tokens = new ArrayList<>();
        int of = keyChangeTokens + 1;
        for (int number = 1; number <= of; number++) {
            tokens.add(token(number, of, number == of ? "CREDIT" : "KEY_CHANGE"));
        }
        return new Receipt(
                copy,
                testOnly,
                utility,
                "corner-shop",
                1089,
                UUID.fromString("019cd730-de30-7dc9-ba50-68b05500c158"),
                ZonedDateTime.parse("2026-03-10T12:00:30+02:00[Africa/Johannesburg]"),
                "01234567897",
                "A-01000000040",
                Optional.of(customer),
                "201457",
                2,
                "01",
                "07",
                "City of Tshwane residential prepaid 2025/26",
                "58.4",
                "kWh",
                List.of(new Receipt.Step("58.394161", "3.425")),
                List.of(
                        new Receipt.Line("ENERGY", "Energy", "173.91"),
                        new Receipt.Line("VAT", "VAT 15 % (included)", "26.09")),
                List.of(),
                "200.00",
                "ZAR",
                "58.4",
                tokens);
    }

    private static Receipt.Token token(int number, int of, String kind) {
        String digits = "%020d".formatted(number * 1_234_567_890_123_456_789L % 9_000_000_000_000_000_000L);
        return new Receipt.Token(number, of, kind, digits, digits.replaceAll("(.{4})(?!$)", "$1 "));
    }
}
