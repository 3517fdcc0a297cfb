package org.metermint.vending.receipt.internal;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.receipt.Receipt;

/** Receipts of invented people, as printers get them. */
final class SampleReceipts {
    static final String UTILITY = "Riverside Power";
    static final String CUSTOMER = "Thandi Dlamini";

    /** Nothing but what every receipt has. */
    static final Receipt PLAIN = new Sample().receipt();

    static final Receipt COPY = new Sample().marked().receipt();

    static final Receipt KEY_CHANGE = new Sample()
            .marked()
            .named(
                    "Companhia de Electricidade do Distrito da Beira e Arredores, Sociedade Anónima",
                    "Gonçalo Muñoz-Łukasiewicz van der Westhuizen")
            .tokens(4, false, true)
            .receipt();

    /** Everything that a tax invoice asks for, with debts, charges and a fee. */
    static final Receipt INVOICE = new Sample().invoice().receipt();

    /** A key change, free units and credit. */
    static final Receipt FREE = new Sample().free("50.0").tokens(2, true, true).receipt();

    static final Receipt FREE_ALONE =
            new Sample().free("50.0").tokens(0, true, false).unpaid().receipt();

    /** What was due used the payment up. */
    static final Receipt NO_TOKEN =
            new Sample().tokens(0, false, false).onlyDebts().receipt();

    /** For a meter that counts money, on time of use. */
    static final Receipt MONEY = new Sample().money().receipt();

    private SampleReceipts() {}

    /** A receipt in the making. */
    static final class Sample {
        private boolean marked;
        private String utility = UTILITY;
        private Receipt.Issuer issuer =
                new Receipt.Issuer(List.of(), Optional.empty(), Optional.empty(), Optional.empty());
        private Optional<Receipt.Invoice> invoice = Optional.empty();
        private Optional<String> operator = Optional.empty();
        private Optional<String> terminal = Optional.empty();
        private Optional<String> customer = Optional.of(CUSTOMER);
        private Optional<String> address = Optional.empty();
        private Optional<String> units = Optional.of("58.4");
        private String unit = "kWh";
        private Optional<String> roundedUp = Optional.of("0.005839");
        private Optional<String> free = Optional.empty();
        private List<Receipt.Step> steps = List.of(new Receipt.Step("58.394161", "3.425"));
        private List<Receipt.Line> lines =
                List.of(line("ENERGY", "Energy", "173.91", "ENERGY"), vat("26.09", "173.91"));
        private List<Receipt.Owed> owed = List.of();
        private String tendered = "200.00";
        private Optional<String> month = Optional.of("58.4");
        private List<Receipt.Token> tokens = list(0, false, true);

        Sample marked() {
            marked = true;
            return this;
        }

        Sample named(String ofUtility, String ofCustomer) {
            utility = ofUtility;
            customer = Optional.of(ofCustomer);
            return this;
        }

        Sample labelled(String label) {
            lines = List.of(line("ENERGY", label, "173.91", "ENERGY"), vat("26.09", "173.91"));
            owed = List.of(new Receipt.Owed(label, "1.00"));
            return this;
        }

        Sample issuer(Receipt.Issuer other) {
            issuer = other;
            return this;
        }

        Sample tokens(int keyChange, boolean withFree, boolean credit) {
            tokens = list(keyChange, withFree, credit);
            if (!credit) {
                units = Optional.empty();
                roundedUp = Optional.empty();
                steps = List.of();
            }
            return this;
        }

        Sample free(String carried) {
            free = Optional.of(carried);
            return this;
        }

        Sample unpaid() {
            lines = List.of(line("ENERGY", "Energy", "0.00", "ENERGY"));
            tendered = "0.00";
            return this;
        }

        Sample onlyDebts() {
            lines = List.of(
                    line("ENERGY", "Energy", "0.00", "ENERGY"),
                    line("NETWORK", "Network charge", "50.00", "CHARGE"),
                    line("fine", "Tamper fine", "150.00", "DEBT"));
            owed = List.of(new Receipt.Owed("Tamper fine", "1350.00"));
            month = Optional.of("0.0");
            return this;
        }

        Sample money() {
            units = Optional.of("173.91");
            unit = "ZAR";
            roundedUp = Optional.empty();
            steps = List.of();
            month = Optional.empty();
            return this;
        }

        Sample invoice() {
            issuer = new Receipt.Issuer(
                    List.of("Civic Centre, 1 Weir Road", "Riverside 4001"),
                    Optional.of("4012345678"),
                    Optional.of("0800 123 456"),
                    Optional.of("Report illegal connections: every call is treated in confidence."));
            invoice = Optional.of(new Receipt.Invoice("TAX INVOICE", "152.18", "22.82", "175.00"));
            operator = Optional.of("anna");
            terminal = Optional.of("pos-2");
            address = Optional.of("12 Mopane Street, Extension 4, Riverside");
            lines = List.of(
                    line("ENERGY", "Energy", "108.69", "ENERGY"),
                    vat("22.82", "152.18"),
                    line("NETWORK", "Network charge", "38.49", "CHARGE"),
                    line("FEE", "Channel fee", "5.00", "FEE"),
                    line("fine", "Tamper fine", "25.00", "DEBT"));
            owed = List.of(new Receipt.Owed("Tamper fine", "1475.00"));
            return this;
        }

        Receipt receipt() {
            return new Receipt(
                    marked,
                    marked,
                    utility,
                    issuer,
                    invoice,
                    "corner-shop",
                    "Corner Shop",
                    operator,
                    terminal,
                    1089,
                    UUID.fromString("019cd730-de30-7dc9-ba50-68b05500c158"),
                    ZonedDateTime.parse("2026-03-10T12:00:30+02:00[Africa/Johannesburg]"),
                    "01234567897",
                    "A-01000000040",
                    customer,
                    address,
                    "201457",
                    2,
                    "01",
                    "07",
                    "02",
                    "City of Tshwane residential prepaid 2025/26",
                    1,
                    units,
                    unit,
                    roundedUp,
                    free,
                    steps,
                    lines,
                    owed,
                    tendered,
                    "ZAR",
                    month,
                    tokens);
        }
    }

    private static Receipt.Line line(String code, String label, String amount, String kind) {
        return new Receipt.Line(code, label, amount, kind, Optional.empty(), Optional.empty());
    }

    private static Receipt.Line vat(String amount, String taxable) {
        return new Receipt.Line("VAT", "VAT 15 % (included)", amount, "TAX", Optional.of("15"), Optional.of(taxable));
    }

    private static List<Receipt.Token> list(int keyChange, boolean free, boolean credit) {
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < keyChange; i++) {
            kinds.add("KEY_CHANGE");
        }
        if (free) {
            kinds.add("FREE");
        }
        if (credit) {
            kinds.add("CREDIT");
        }
        List<Receipt.Token> tokens = new ArrayList<>();
        for (String kind : kinds) {
            tokens.add(token(tokens.size() + 1, kinds.size(), kind));
        }
        return tokens;
    }

    private static Receipt.Token token(int number, int of, String kind) {
        String digits = "%020d".formatted(number * 1_234_567_890_123_456_789L % 9_000_000_000_000_000_000L);
        return new Receipt.Token(number, of, kind, digits, digits.replaceAll("(.{4})(?!$)", "$1 "));
    }
}
