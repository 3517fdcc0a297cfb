package org.metermint.app.load;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.Credential;
import org.metermint.app.demo.DemonstrationUtility;
import org.metermint.app.server.Registers;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.vending.Vending;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.ClientSecret;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Fills the registers of a utility on test keys with meters, accounts and vendors that nobody has. Meters and accounts
 * go in by statements of many rows, as the server's role and through row-level security, each portion a transaction:
 * broken off and run again, it goes on where it was.
 */
final class Preparation {

    private static final int PORTION = 10_000;

    private static final String CUSTOMERS = """
            INSERT INTO customer (utility_id, number, name, phone)
            SELECT :utility, number,
                   (ARRAY['Amina','Bongani','Chipo','Dineo','Esther','Farai','Grace','Hassan'])[1 + n % 8] || ' ' ||
                   (ARRAY['Banda','Dlamini','Kamau','Moyo','Nkosi','Okafor','Phiri'])[1 + n / 8 % 7] || ' ' || n,
                   '+9990' || lpad(n::text, 8, '0')
            FROM unnest(:numbers::text[], :places::integer[]) AS made (number, n)
            ON CONFLICT DO NOTHING
            """;

    private static final String METERS = """
            INSERT INTO meter (utility_id, pan, algorithm, supply_group, key_revision, tariff_index, key_type,
                key_change_tokens, status)
            SELECT :utility, pan, :algorithm, :group, :revision, :index, :type, :tokens, 'ACTIVE'
            FROM unnest(:pans::text[]) AS made (pan)
            ON CONFLICT DO NOTHING
            """;

    private static final String ACCOUNTS = """
            INSERT INTO account (utility_id, number, customer_id, meter_id, supply_group, tariff_index, tariff_id,
                position_month, position_units)
            SELECT :utility, c.number, c.id, m.id, m.supply_group, m.tariff_index, :tariff, :month::date, 0
            FROM unnest(:numbers::text[], :pans::text[]) AS made (number, pan)
            JOIN customer c ON c.utility_id = :utility AND c.number = made.number
            JOIN meter m ON m.utility_id = :utility AND m.pan = made.pan
            ON CONFLICT DO NOTHING
            """;

    private final Registers registers;
    private final Vending vending;
    private final Utility utility;
    private final String prefix;

    /**
     * A preparation of meters whose numbers begin with a prefix.
     *
     * @throws CommandFailure if the installation has keys that are no test keys: its books are real ones
     */
    Preparation(Registers registers, String prefix) {
        if (!registers.hasOnlyTestKeys()) {
            throw new CommandFailure(
                    "utility '" + registers.utility().code() + "' has vending keys that are no test keys, or its keys"
                            + " cannot be seen",
                    "Prepare an installation of its own, with --data DIR, with its server stopped or on this machine.");
        }
        this.registers = registers;
        this.vending = registers.vending();
        this.utility = registers.utility();
        this.prefix = prefix;
    }

    /** Sees to the test keys, and to supply groups and tariffs that belong to them. */
    void furnish() {
        registers.installation().ifPresent(DemonstrationUtility::provideKeys);
        DemonstrationUtility.registerGroupsAndTariffs(vending, utility);
    }

    /**
     * Makes meters with their accounts: every second one is in the other of the demonstration's supply groups.
     *
     * @param progress gets how many there are so far
     */
    void makeMeters(int count, LongConsumer progress) {
        for (int from = 0; from < count; from += PORTION) {
            int to = Math.min(count, from + PORTION);
            makePortion(from, to);
            progress.accept(to);
        }
    }

    private void makePortion(int from, int to) {
        List<DemonstrationUtility.MeterKind> kinds = DemonstrationUtility.METER_KINDS;
        boolean unused = registers.transactions().in(utility.id(), sql -> {
            for (int kind = 0; kind < kinds.size(); kind++) {
                List<Integer> places = new ArrayList<>();
                for (int place = from + Math.floorMod(kind - from, kinds.size()); place < to; place += kinds.size()) {
                    places.add(place);
                }
                make(sql, kinds.get(kind), places);
            }
            return true;
        });
    }

    private void make(JdbcClient sql, DemonstrationUtility.MeterKind kind, List<Integer> places) {
        String[] pans = places.stream()
                .map(place -> MeterPan.of(MeterList.number(prefix, place)).digits())
                .toArray(String[]::new);
        String[] numbers =
                places.stream().map(place -> "L" + prefix + "-" + place).toArray(String[]::new);
        int customers = sql.sql(CUSTOMERS)
                .param("utility", utility.id().value())
                .param("numbers", numbers)
                .param("places", places.toArray(Integer[]::new))
                .update();
        int meters = sql.sql(METERS)
                .param("utility", utility.id().value())
                .param("algorithm", kind.algorithm().number())
                .param("group", kind.supplyGroup().digits())
                .param("revision", kind.revision().value())
                .param("index", kind.tariffIndex().value())
                .param("type", KeyType.DUTK.number())
                .param("tokens", kind.keyChangeTokens())
                .param("pans", pans)
                .update();
        if (customers + meters == 0) {
            return; // a portion that was made before
        }
        sql.sql(ACCOUNTS)
                .param("utility", utility.id().value())
                .param("tariff", kind.tariff())
                .param(
                        "month",
                        YearMonth.now(utility.settings().zone()).atDay(1).toString())
                .param("numbers", numbers)
                .param("pans", pans)
                .update();
    }

    /** Makes vendors with one client each; a client that is there gets a new secret. */
    List<Credential> makeClients(int count) {
        List<Credential> credentials = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String vendor = String.format(Locale.ROOT, "load-%04d", i);
            ClientSecret made = client(utility.code() + "." + vendor, vendor);
            credentials.add(new Credential(made.clientId(), made.secret()));
        }
        return credentials;
    }

    private ClientSecret client(String id, String vendor) {
        try {
            return vending.clients().create(utility.id(), id, vendor);
        } catch (RefusedException e) {
            if (e.refusal().code() != RefusalCode.ALREADY_EXISTS) {
                throw e;
            }
            return vending.clients().renew(utility.id(), id);
        }
    }
}
