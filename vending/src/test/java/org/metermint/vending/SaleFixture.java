package org.metermint.vending;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Charge;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Reversal;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/**
 * A utility that sells: a database of its own, a software security module with the public test keys, two published
 * tariffs, a supply group on today's key and one after the roll-over of 2024.
 */
public final class SaleFixture implements AutoCloseable {
    /** On base date 2014 since ever: key revision 1. */
    public static final SupplyGroupCode GROUP = SupplyGroupCode.parse("201457");

    /** Rolled over: revision 1 has base date 1993, revision 4 has 2014 and is current. */
    public static final SupplyGroupCode ROLLED_OVER = SupplyGroupCode.parse("123457");

    public static final UtilitySettings SETTINGS = new UtilitySettings(
            "Test Power", "ZAR", 2, ZoneId.of("Africa/Johannesburg"), KeyChangePolicy.WITH_SALE, 500, 500_000);

    public final MutableClock clock = new MutableClock("2026-03-10T10:00:30Z");
    public final String url = TestDatabase.create();
    public final HikariDataSource pool;
    public final FaultyModule module;
    public final UtilityId utility;
    public final ClientIdentity client;
    public Vending vending;
    private int meters;

    public SaleFixture() {
        this(12);
    }

    public SaleFixture(int connections) {
        this.pool = TestDatabase.pool(url, connections);
        this.module = new FaultyModule(openModule());
        this.vending = open();
        this.utility = vending.utilities().register("test", SETTINGS).id();
        vending.clients().create(utility, "till-1", "corner-shop");
        this.client = new ClientIdentity(utility, "till-1", "corner-shop");
        register(GROUP, 1);
        register(ROLLED_OVER, 4);
        PublishedTariffs.ids().forEach(id -> vending.tariffs().add(utility, PublishedTariffs.load(id)));
        vending.customers()
                .register(
                        utility,
                        new Customer(
                                "C-1", "Thandi Dlamini", Optional.of("+27821234567"), Optional.of("12 Mopane St")));
    }

    private SoftwareSecurityModule openModule() {
        try {
            Path directory = Files.createTempDirectory("metermint-module");
            Path keyFile = directory.resolve("kek");
            KeyEncryptionKeySource.createKeyFile(keyFile);
            SoftwareSecurityModule opened = SoftwareSecurityModule.open(
                    directory.resolve("module"), KeyEncryptionKeySource.keyFile(keyFile), clock, () -> new Rnd(5));
            opened.loadTestOnlyVendingKeys();
            return opened;
        } catch (IOException | SecurityModuleException e) {
            throw new IllegalStateException(e);
        }
    }

    private Vending open() {
        return new Vending(pool, module, clock, new SecureRandom());
    }

    /** What a new process would be: nothing in memory, the same database and module. */
    public void restart() {
        vending.close();
        vending = open();
    }

    private void register(SupplyGroupCode code, int revision) {
        vending.supplyGroups()
                .register(
                        utility,
                        new SupplyGroup(
                                code,
                                "Group " + code.digits(),
                                new KeyRevisionNumber(revision),
                                KeyType.DUTK,
                                Service.ELECTRICITY));
    }

    /** A meter with an account on the inclining tariff. */
    public MeterPan meter() {
        return meter(GROUP, 1, PublishedTariffs.INCLINING);
    }

    public MeterPan meter(SupplyGroupCode group, int revision, String tariff) {
        MeterPan pan = bareMeter(group, revision);
        account(pan, group, tariff);
        return pan;
    }

    public MeterPan bareMeter(SupplyGroupCode group, int revision) {
        return bareMeter(group, revision, MeterCredit.UNITS);
    }

    public MeterPan bareMeter(SupplyGroupCode group, int revision, MeterCredit credit) {
        String body = "01%08d".formatted(++meters);
        MeterPan pan = MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body)));
        vending.meters()
                .register(
                        utility,
                        new Meter(
                                pan,
                                EncryptionAlgorithm.EA11,
                                group,
                                new KeyRevisionNumber(revision),
                                TariffIndex.parse("01"),
                                KeyType.DUTK,
                                4,
                                MeterStatus.ACTIVE,
                                Map.of(),
                                credit));
        return pan;
    }

    public void account(MeterPan pan, SupplyGroupCode group, String tariff) {
        vending.customers()
                .register(
                        utility,
                        new Account(
                                "A-" + pan.drn().digits(),
                                "C-1",
                                Optional.of(pan),
                                group,
                                TariffIndex.parse("01"),
                                tariff,
                                AccountPosition.startOf(YearMonth.of(2026, 3)),
                                List.of()));
    }

    /** A tariff in force since 2025, with roundings and limits as a published one has them. */
    public static Tariff tariff(
            String id,
            Energy energy,
            List<Levy> levies,
            List<Charge> charges,
            Deductions deductions,
            Continuity continuity) {
        Tariff like = PublishedTariffs.load(PublishedTariffs.INCLINING);
        return new Tariff(
                id,
                1,
                id,
                "ZAR",
                2,
                "kWh",
                Instant.parse("2025-01-01T00:00:00Z"),
                energy,
                levies,
                charges,
                deductions,
                continuity,
                like.rounding(),
                like.limits());
    }

    /** Somebody else uses a later identifier of a meter of {@link #GROUP}. */
    public void issueElsewhere(MeterPan meter, Duration later) throws SecurityModuleException {
        module.issue(new IssueCredit(
                MessageId.of(UUID.randomUUID()),
                new MeterKeyState(
                        meter,
                        EncryptionAlgorithm.EA11,
                        GROUP,
                        TariffIndex.parse("01"),
                        new KeyRevisionNumber(1),
                        KeyType.DUTK),
                CreditType.ELECTRICITY,
                new CreditAmount(1),
                TokenIdentifier.at(clock.instant().plus(later), BaseDate.BASE_2014)));
    }

    /** A version of a tariff that accounts use, by the word of two persons. */
    public void change(Tariff version) {
        ClientIdentity one = new ClientIdentity(utility, "admin-1", "office", Role.ADMINISTRATOR);
        ClientIdentity other = new ClientIdentity(utility, "admin-2", "office", Role.ADMINISTRATOR);
        vending.tariffDrafts().propose(one, version);
        vending.tariffDrafts().approve(other, version.id(), version.version());
    }

    /** A figure that a tariff in use takes from a table, by the word of two persons. */
    public void change(RateVersion version) {
        ClientIdentity one = new ClientIdentity(utility, "admin-1", "office", Role.ADMINISTRATOR);
        ClientIdentity other = new ClientIdentity(utility, "admin-2", "office", Role.ADMINISTRATOR);
        vending.rateDrafts().propose(one, version);
        vending.rateDrafts().approve(other, version.table(), version.version());
    }

    /** Undoes a sale of a meter that did not use it, by the word of two persons. */
    public void reverse(Sale sale) {
        ClientIdentity one = new ClientIdentity(utility, "finance-1", "office", Role.FINANCE);
        ClientIdentity other = new ClientIdentity(utility, "finance-2", "office", Role.FINANCE);
        vending.reversals().request(one, sale.id(), Reversal.Basis.METER_UNUSED, "the meter was dead");
        vending.reversals().approve(other, sale.id());
    }

    public static SaleRequest request(String id, MeterPan meter, String tender) {
        return new SaleRequest(id, meter.drn().digits(), new BigDecimal(tender), "ZAR", PaymentType.CASH);
    }

    public SaleAnswer sell(String id, MeterPan meter, String tender) {
        return vending.saleDesk().sell(client, request(id, meter, tender));
    }

    @Override
    public void close() {
        vending.close();
        pool.close();
        module.close();
    }
}
