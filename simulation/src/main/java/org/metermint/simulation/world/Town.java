package org.metermint.simulation.world;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Block;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.entitlement.EntitlementList;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.FloatMovement;
import org.metermint.vending.vendor.MovementKind;
import org.metermint.vending.vendor.NewMovement;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.VendorKind;

/**
 * The utility of a world: meters on a key of base date 2014, and meters on one of 1993, whose identifiers end on 24
 * November 2024. The clock begins a month before.
 */
final class Town {
    static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");
    static final Instant BEGINNING = Instant.parse("2024-10-25T06:00:30Z");
    static final Instant ROLL_OVER = Instant.parse("2024-11-24T18:15:00Z");

    private static final SupplyGroupCode STEADY = SupplyGroupCode.parse("201457");
    private static final SupplyGroupCode ROLLING = SupplyGroupCode.parse("123457");
    private static final KeyRevisionNumber BEFORE = new KeyRevisionNumber(1);
    private static final KeyRevisionNumber AFTER = new KeyRevisionNumber(4);
    private static final String TARIFF = "blocks";

    /** Names the list of free units. */
    private static final String FREE = "free";

    private static final int METERS = 12;
    private static final int ROLLING_METERS = 5;

    private final Vending vending;
    private final UtilityId utility;
    private final List<MeterPan> meters = new ArrayList<>();
    private final ClientIdentity administrator;
    private int tariffVersion;

    Town(Vending vending) {
        this.vending = vending;
        this.utility = vending.utilities()
                .register(
                        "world",
                        new UtilitySettings("World Power", "ZAR", 2, ZONE, KeyChangePolicy.WITH_SALE, 500, 5_000_000))
                .id();
        register(STEADY);
        register(ROLLING);
        this.administrator = office("admin", Role.ADMINISTRATOR);
        changeTariff(office("prices", Role.FINANCE), BaseDate.BASE_2014.start(), 0);
        vending.customers().register(utility, new Customer("C-1", "Customer", Optional.empty(), Optional.empty()));
        for (int i = 1; i <= METERS; i++) {
            // the first meters are the busiest
            build(i, i % 2 == 0 && i / 2 <= ROLLING_METERS ? ROLLING : STEADY, i % 3 == 0);
        }
    }

    UtilityId utility() {
        return utility;
    }

    List<String> meterNumbers() {
        return meters.stream().map(pan -> pan.drn().digits()).toList();
    }

    /** A vendor that pays in before it sells. */
    void vendorWithFloat(String code, long creditLine) {
        vending.vendors()
                .register(utility, new NewVendor(code, code, VendorKind.MULTI_CLIENT, creditLine, Optional.empty()));
    }

    ClientIdentity finance(String id) {
        return office(id, Role.FINANCE);
    }

    private ClientIdentity office(String id, Role role) {
        vending.clients().create(utility, id, "office", role, Optional.empty());
        return new ClientIdentity(utility, id, "office", role);
    }

    /** Pays into a float: one records, another confirms. */
    void deposit(ClientIdentity recorder, ClientIdentity confirmer, String vendor, long amount, String reference) {
        FloatMovement recorded = vending.floats()
                .record(
                        recorder,
                        new NewMovement(
                                vendor,
                                MovementKind.DEPOSIT,
                                amount,
                                NewMovement.MAIN_BANK,
                                reference,
                                LocalDate.of(2024, 10, 1)));
        vending.floats().confirm(confirmer, vendor, recorded.id());
    }

    /** Gives every account free units in each month, for whoever asks: one records, another approves. */
    void entitle(ClientIdentity recorder, ClientIdentity approver, YearMonth first) {
        Entitlements entitlements = vending.entitlements();
        entitlements.record(
                recorder,
                FREE,
                new EntitlementList.Terms("World", false, Optional.empty(), Optional.of(BigDecimal.ONE)));
        for (int i = 1; i <= METERS; i++) {
            entitlements.add(utility, FREE, "A-" + i, 200, first, Optional.empty());
        }
        entitlements.approve(approver, FREE);
    }

    ClientIdentity client(String id, String vendor) {
        vending.clients().create(utility, id, vendor);
        return new ClientIdentity(utility, id, vendor);
    }

    /** Moves the meters on base date 1993 to the key of 2014. */
    void rollOver() {
        vending.supplyGroups().moveTo(utility, ROLLING, AFTER);
    }

    void block(int meter, boolean blocked) {
        vending.meters()
                .setStatus(
                        utility, meters.get(meter % meters.size()), blocked ? MeterStatus.BLOCKED : MeterStatus.ACTIVE);
    }

    /** Another version of the tariff, a little dearer: the administrator proposes it, another approves it. */
    void changeTariff(ClientIdentity approver, Instant from, int cents) {
        Tariff version = new Tariff(
                TARIFF,
                ++tariffVersion,
                TARIFF,
                "ZAR",
                2,
                "kWh",
                from,
                List.of(Block.of("0", "2.%02d".formatted(cents)), Block.of("150", "3.5")),
                List.of(),
                Rounding.STANDARD,
                Limits.STANDARD);
        vending.tariffDrafts()
                .propose(administrator, version)
                .ifPresent(draft -> vending.tariffDrafts().approve(approver, version.id(), version.version()));
    }

    private void register(SupplyGroupCode group) {
        vending.supplyGroups()
                .register(utility, new SupplyGroup(group, group.digits(), BEFORE, KeyType.DUTK, Service.ELECTRICITY));
    }

    private void build(int number, SupplyGroupCode group, boolean wide) {
        String body = "01%08d".formatted(number);
        MeterPan pan = MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body)));
        TariffIndex index = new TariffIndex(1);
        vending.meters()
                .register(
                        utility,
                        new Meter(
                                pan,
                                wide ? EncryptionAlgorithm.EA11 : EncryptionAlgorithm.EA07,
                                group,
                                BEFORE,
                                index,
                                KeyType.DUTK,
                                wide ? 4 : 2,
                                MeterStatus.ACTIVE,
                                Map.of()));
        vending.customers()
                .register(
                        utility,
                        new Account(
                                "A-" + number,
                                "C-1",
                                Optional.of(pan),
                                group,
                                index,
                                TARIFF,
                                AccountPosition.startOf(YearMonth.from(BEGINNING.atZone(ZONE))),
                                List.of()));
        meters.add(pan);
    }
}
