package org.metermint.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Tariff;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.utility.Utility;

/**
 * The demonstration utility: the public test keys, two published tariffs, three customers. One of the meters still has
 * the key of the first base date, which ended in November 2024, so that a sale shows a key change. Putting it in a
 * second time changes nothing.
 */
public final class DemonstrationUtility {

    private static final SupplyGroupCode TOWN = new SupplyGroupCode(123_457);
    private static final SupplyGroupCode VILLAGE = new SupplyGroupCode(201_457);
    private static final KeyRevisionNumber TOWN_BEFORE_2024 = new KeyRevisionNumber(1);
    private static final KeyRevisionNumber TOWN_NOW = new KeyRevisionNumber(4);
    private static final KeyRevisionNumber VILLAGE_NOW = new KeyRevisionNumber(1);
    /** City of Tshwane 2025/26: inclining blocks, prices with VAT. */
    private static final String TSHWANE = "za-tshwane-2025-26";

    /** Eskom HomeLight 1: one price with VAT. */
    private static final String HOMELIGHT = "za-eskom-homelight-legacy-flat";

    static final TariffIndex TARIFF_INDEX = new TariffIndex(1);

    /** The sorts of meters that the public test keys serve, each with the key that it holds and a tariff. */
    public static final List<MeterKind> METER_KINDS = List.of(
            new MeterKind(EncryptionAlgorithm.EA07, TOWN, TOWN_NOW, TARIFF_INDEX, TSHWANE),
            new MeterKind(EncryptionAlgorithm.EA11, VILLAGE, VILLAGE_NOW, TARIFF_INDEX, HOMELIGHT));

    /** What meters of one sort have in common. */
    public record MeterKind(
            EncryptionAlgorithm algorithm,
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            TariffIndex tariffIndex,
            String tariff) {
        /** How many tokens change the key of such a meter. */
        public int keyChangeTokens() {
            return Meter.usualKeyChangeTokens(algorithm);
        }
    }

    /** A customer of the demonstration with the meter and the tariff. */
    record Household(
            String number,
            String name,
            String phone,
            String meterNumber,
            EncryptionAlgorithm algorithm,
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            String tariff) {
        MeterPan pan() {
            return MeterPan.of(DecoderReferenceNumber.parse(meterNumber));
        }
    }

    /** The household that the demonstration sells to comes first. */
    static final List<Household> HOUSEHOLDS = List.of(
            new Household(
                    "1001",
                    "Naledi Mokoena",
                    "+27820000001",
                    "01000000016",
                    EncryptionAlgorithm.EA07,
                    TOWN,
                    TOWN_NOW,
                    TSHWANE),
            new Household(
                    "1002",
                    "Thabo Dlamini",
                    "+27820000002",
                    "01000000024",
                    EncryptionAlgorithm.EA11,
                    VILLAGE,
                    VILLAGE_NOW,
                    HOMELIGHT),
            new Household(
                    "1003",
                    "Ayesha Patel",
                    "+27820000003",
                    "01000000032",
                    EncryptionAlgorithm.EA07,
                    TOWN,
                    TOWN_BEFORE_2024,
                    TSHWANE));

    private DemonstrationUtility() {}

    /** Whether the configuration names the demonstration utility, and not a real one. */
    public static boolean isNamedBy(Settings settings) {
        return settings.text(Setting.UTILITY_CODE).equals(Setting.UTILITY_CODE.byDefault());
    }

    /** Puts the demonstration into an installation. */
    public static void install(Installation installation) {
        provideKeys(installation);
        Vending vending = installation.vending();
        Utility utility = installation.utility();
        registerGroupsAndTariffs(vending, utility);
        HOUSEHOLDS.forEach(household -> register(vending, utility, household));
    }

    /** Registers the supply groups of the public test keys and two published tariffs. */
    public static void registerGroupsAndTariffs(Vending vending, Utility utility) {
        vending.supplyGroups()
                .register(
                        utility.id(),
                        new SupplyGroup(TOWN, "Town (TEST ONLY)", TOWN_NOW, KeyType.DUTK, Service.ELECTRICITY));
        vending.supplyGroups()
                .register(
                        utility.id(),
                        new SupplyGroup(
                                VILLAGE, "Village (TEST ONLY)", VILLAGE_NOW, KeyType.DUTK, Service.ELECTRICITY));
        vending.tariffs().add(utility.id(), published(TSHWANE));
        vending.tariffs().add(utility.id(), published(HOMELIGHT));
    }

    /** Loads the public test keys, or finds that a module elsewhere has them: it takes none from here. */
    public static void provideKeys(Installation installation) {
        Optional<SoftwareSecurityModule> own = installation.softwareSecurityModule();
        try {
            if (own.isPresent()) {
                List<VendingKeyInfo> unused = own.get().loadTestOnlyVendingKeys();
            } else if (installation.securityModule().vendingKeys().stream()
                    .noneMatch(key -> key.testOnly() && key.supplyGroup().equals(TOWN))) {
                throw new CommandFailure(
                        "the security module on the network does not have the public test keys",
                        "Load them there with `metermint key test-keys`, or name your own utility in utility.code.");
            }
        } catch (SecurityModuleException e) {
            throw new CommandFailure(
                    "the public test keys cannot be had: " + e.getMessage(),
                    "Use an empty directory for the demonstration, with --data.",
                    e);
        }
    }

    /** A tariff that comes with the program. */
    private static Tariff published(String id) {
        try (InputStream document = Tariff.class.getClassLoader().getResourceAsStream("tariffs/" + id + ".json")) {
            if (document == null) {
                throw new IllegalStateException("no tariff " + id + " in this program");
            }
            return TariffJson.parse(new String(document.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void register(Vending vending, Utility utility, Household household) {
        vending.customers()
                .register(
                        utility.id(),
                        new Customer(
                                household.number(),
                                household.name(),
                                Optional.of(household.phone()),
                                Optional.empty()));
        if (vending.meters().find(utility.id(), household.pan()).isPresent()) {
            return; // sales have moved its record on since
        }
        vending.meters()
                .register(
                        utility.id(),
                        new Meter(
                                household.pan(),
                                household.algorithm(),
                                household.supplyGroup(),
                                household.revision(),
                                TARIFF_INDEX,
                                KeyType.DUTK,
                                Meter.usualKeyChangeTokens(household.algorithm()),
                                MeterStatus.ACTIVE,
                                Map.of()));
        vending.customers()
                .register(
                        utility.id(),
                        new Account(
                                household.number(),
                                household.number(),
                                Optional.of(household.pan()),
                                household.supplyGroup(),
                                TARIFF_INDEX,
                                household.tariff(),
                                AccountPosition.startOf(
                                        YearMonth.now(utility.settings().zone())),
                                List.of()));
    }
}
