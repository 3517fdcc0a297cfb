package org.metermint.vending.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.AccountFacts;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.entitlement.EntitlementList;
import org.metermint.vending.imports.RowReport.Result;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

class ImportTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    private static final List<ImportRow> CUSTOMERS = List.of(
            row(2, Map.of("number", "I-1", "name", "Ada", "phone", "+27 82 000 0001")),
            row(3, Map.of("number", "I-2", "name", "", "phone", "")),
            row(4, Map.of("number", "I-3", "name", "Chinua", "phone", "call me")),
            row(5, Map.of("number", "I-4", "name", "Nadine", "nickname", "N")),
            row(6, Map.of("number", "I-5", "name", "Wole")));

    @Test
    void badRow_isReported_andTheNextGoesOn() {
        assertThat(results(run(ImportKind.CUSTOMERS, CUSTOMERS, true)))
                .containsExactly(Result.CREATED, Result.REFUSED, Result.REFUSED, Result.REFUSED, Result.CREATED);
        assertThat(desk.vending.customers().customer(desk.utility, "I-1")).isEmpty();
        List<RowReport> reports = run(ImportKind.CUSTOMERS, CUSTOMERS, false);
        assertThat(reports.get(1).message()).contains("name");
        assertThat(reports.get(2).message()).contains("phone").contains("position 1");
        assertThat(reports.get(3).message()).contains("nickname");
        assertThat(results(run(ImportKind.CUSTOMERS, CUSTOMERS, false)))
                .containsExactly(Result.UNCHANGED, Result.REFUSED, Result.REFUSED, Result.REFUSED, Result.UNCHANGED);
        assertThat(desk.vending.customers().find(desk.utility, "+27820000001", 5))
                .hasSize(1);
        assertThat(desk.vending.customers().find(desk.utility, "wOL", 5)).hasSize(1);
        assertThat(desk.vending.customers().find(desk.utility, "%", 5)).isEmpty();
        assertThat(desk.vending.customers().find(desk.utility, "I-5", 5)).hasSize(1);
    }

    @Test
    void entitlements_comeOntoTheirList_eachOnce() {
        MeterPan meter = desk.meter();
        ClientIdentity office = new ClientIdentity(desk.utility, "office", "office", Role.FINANCE);
        desk.vending
                .entitlements()
                .record(office, "poor", new EntitlementList.Terms("City", true, Optional.empty(), Optional.empty()));
        String account = "A-" + meter.drn().digits();
        List<ImportRow> rows = List.of(
                row(2, Map.of("list", "poor", "account", account, "units", "50", "first_month", "2026-03")),
                row(3, Map.of("list", "poor", "account", account, "units", "50.05", "first_month", "2026-03")),
                row(4, Map.of("list", "poor", "account", account, "units", "60", "first_month", "March")),
                row(5, Map.of("list", "rich", "account", account, "units", "60", "first_month", "2026-03")),
                row(6, Map.of("list", "poor", "account", account, "units", "60", "first_month", "2026-03")));
        List<RowReport> reports = run(ImportKind.ENTITLEMENTS, rows, false);
        assertThat(results(reports))
                .containsExactly(Result.CREATED, Result.REFUSED, Result.REFUSED, Result.REFUSED, Result.REFUSED);
        assertThat(reports.get(1).message()).contains("units", "50.05", "tenths");
        assertThat(reports.get(2).message()).contains("first_month", "March", "2026-07");
        assertThat(reports.get(3).message()).contains("no such list");
        assertThat(reports.get(4).message()).contains("other units");
        assertThat(results(run(ImportKind.ENTITLEMENTS, rows.subList(0, 1), false)))
                .containsExactly(Result.UNCHANGED);
        assertThat(desk.vending
                        .entitlements()
                        .find(desk.utility, "poor")
                        .orElseThrow()
                        .accounts())
                .isEqualTo(1);
    }

    @Test
    void nobodyStartsEmpty_metersAndAccountsComeWithTheirPast() {
        Map<String, String> meter = Map.of(
                "meter", "12345678903",
                "algorithm", "11",
                "supply_group", "201457",
                "key_revision", "1",
                "tariff_index", "01",
                "base_date", "2014",
                "last_tid", "6450000");
        Map<String, String> account = Map.of(
                "number", "IA-1",
                "customer", "C-1",
                "meter", "1234-5678-903",
                "tariff", "za-tshwane-2025-26",
                "units_month", "2026-03",
                "units_bought", "95.5",
                "debt", "120.50");
        assertThat(results(run(ImportKind.METERS, List.of(row(2, meter)), false)))
                .containsExactly(Result.CREATED);
        assertThat(results(run(ImportKind.ACCOUNTS, List.of(row(2, account)), false)))
                .containsExactly(Result.CREATED);

        Meter stored = desk.vending
                .meters()
                .find(desk.utility, MeterNumbers.parse("12345678903"))
                .orElseThrow();
        assertThat(stored.lastTokenIdentifiers()).containsEntry(BaseDate.BASE_2014, new TokenIdentifier(6_450_000));
        var debts = desk.vending
                .customers()
                .account(desk.utility, "IA-1")
                .orElseThrow()
                .debts();
        assertThat(debts.getFirst().balance()).isEqualTo(12_050);

        var sale = ((Sold) desk.sell("imported", stored.pan(), "200")).sale();
        assertThat(sale.assessment().steps()).hasSize(2);
        assertThat(sale.stamp().orElseThrow().identifier().minutes()).isGreaterThan(6_450_000);

        // the same files once more, after a sale moved position and identifier on
        assertThat(results(run(ImportKind.METERS, List.of(row(2, meter)), false)))
                .containsExactly(Result.UNCHANGED);
        assertThat(results(run(ImportKind.ACCOUNTS, List.of(row(2, account)), false)))
                .containsExactly(Result.UNCHANGED);
        assertThat(desk.vending
                        .customers()
                        .account(desk.utility, "IA-1")
                        .orElseThrow()
                        .position())
                .isEqualTo(sale.assessment().after());
    }

    @Test
    void meterRows_withWrongFacts_areRefused() {
        List<RowReport> reports = run(
                ImportKind.METERS,
                List.of(
                        row(2, meter("12345678904", "201457", "2014")),
                        row(3, meter("12345678903", "201457", "1993")),
                        row(4, meter("12345678903", "999999", "2014")),
                        row(
                                5,
                                Map.of(
                                        "meter",
                                        "12345678903",
                                        "algorithm",
                                        "eleven",
                                        "supply_group",
                                        "201457",
                                        "key_revision",
                                        "1",
                                        "tariff_index",
                                        "01"))),
                true);
        assertThat(results(reports)).containsOnly(Result.REFUSED);
        assertThat(reports.get(0).message()).contains("3 would fit");
        assertThat(reports.get(1).message()).contains("base_date is 1993").contains("has 2014");
        assertThat(reports.get(2).message()).contains("999999 is not registered");
        assertThat(reports.get(3).message()).contains("algorithm is not a number");
    }

    private static Map<String, String> meter(String number, String group, String base) {
        return Map.of(
                "meter",
                number,
                "algorithm",
                "11",
                "supply_group",
                group,
                "key_revision",
                "1",
                "tariff_index",
                "01",
                "base_date",
                base);
    }

    private static ImportRow row(long line, Map<String, String> fields) {
        return new ImportRow(line, fields);
    }

    @Test
    void debtsAndFacts_comeToAccountsThatAreThere() {
        String account = "A-" + desk.meter().drn().digits();
        Map<String, String> arrears = Map.of(
                "account", account,
                "reference", "arrears",
                "amount", "120.50",
                "type", "ARREARS",
                "label", "Arrears of 2025",
                "since", "2025-12-31",
                "method", "PERCENT_OF_PURCHASE",
                "value", "30",
                "blocks_after_days", "15");
        Map<String, String> plan = Map.of(
                "account", account,
                "reference", "plan",
                "amount", "100",
                "type", "CONNECTION",
                "label", "Connection",
                "since", "2026-01-01",
                "due_on", "2026-02-01",
                "priority", "20",
                "instalments", "12");
        List<ImportRow> rows = List.of(
                row(2, arrears),
                row(3, plan),
                row(4, with(arrears, "account", "A-nobody")),
                row(5, with(arrears, "value", "130")),
                row(6, with(plan, "method", "ALL_AT_ONCE")),
                row(7, with(plan, "instalments", "")),
                row(8, with(arrears, "amount", "120.505")),
                row(9, with(arrears, "type", "old debt")));
        Result[] expected = {
            Result.CREATED,
            Result.CREATED,
            Result.REFUSED,
            Result.REFUSED,
            Result.REFUSED,
            Result.REFUSED,
            Result.REFUSED,
            Result.REFUSED
        };
        assertThat(results(run(ImportKind.DEBTS, rows, true))).containsExactly(expected);
        assertThat(desk.vending.debts().of(desk.utility, account)).isEmpty();
        List<RowReport> reports = run(ImportKind.DEBTS, rows, false);
        assertThat(results(reports)).containsExactly(expected);
        assertThat(reports.get(2).message()).contains("account").contains("import accounts first");
        assertThat(reports.get(3).message()).contains("130");
        assertThat(reports.get(4).message()).contains("instalments");
        assertThat(reports.get(5).message()).contains("method");
        assertThat(reports.get(6).message()).contains("amount").contains("2 decimals");
        assertThat(reports.get(7).message()).contains("'old debt'");
        assertThat(results(run(ImportKind.DEBTS, rows.subList(0, 2), false)))
                .containsExactly(Result.UNCHANGED, Result.UNCHANGED);
        assertThat(results(run(ImportKind.DEBTS, List.of(row(2, with(arrears, "amount", "130.50"))), true)))
                .as("another amount")
                .containsExactly(Result.REFUSED);
        assertThat(desk.vending.debts().of(desk.utility, account))
                .extracting(debt -> debt.terms().orElseThrow().value().toPlainString())
                .containsExactly("30", "834");
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();

        List<ImportRow> facts = List.of(
                row(2, Map.of("account", account, "average_units", "182.5")), row(3, Map.of("account", "A-no")));
        assertThat(results(run(ImportKind.FACTS, facts, false))).containsExactly(Result.CREATED, Result.REFUSED);
        assertThat(results(run(ImportKind.FACTS, List.of(row(2, Map.of("account", account, "phases", "3"))), false)))
                .containsExactly(Result.CREATED);
        assertThat(results(run(ImportKind.FACTS, facts, false))).containsExactly(Result.UNCHANGED, Result.REFUSED);
        assertThat(desk.vending
                        .customers()
                        .account(desk.utility, account)
                        .orElseThrow()
                        .facts())
                .isEqualTo(new AccountFacts(null, new BigDecimal("182.5"), BigDecimal.ZERO, 3, null));
        assertThat(results(run(ImportKind.FACTS, List.of(row(2, Map.of("account", account, "phases", "2"))), false)))
                .containsExactly(Result.REFUSED);
    }

    private static Map<String, String> with(Map<String, String> row, String column, String text) {
        Map<String, String> changed = new HashMap<>(row);
        changed.put(column, text);
        return changed;
    }

    private static List<RowReport> run(ImportKind kind, List<ImportRow> rows, boolean dryRun) {
        return desk.vending.imports().run(desk.utility, kind, rows, dryRun);
    }

    private static List<Result> results(List<RowReport> reports) {
        return reports.stream().map(RowReport::result).toList();
    }
}
