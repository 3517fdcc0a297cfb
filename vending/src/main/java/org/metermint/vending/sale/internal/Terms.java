package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.VendorTerms;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a utility sells under: its settings, supply groups, tariffs and vendors, as they stood at a revision of the utility.
 *
 * @param tariffs the versions of each tariff, the one that takes over last first
 * @param rates the versions of the rate tables that they name
 */
record Terms(
        long revision,
        Utility utility,
        Map<SupplyGroupCode, SupplyGroup> groups,
        Map<String, List<TariffPlan>> tariffs,
        List<RateVersion> rates,
        Map<String, VendorTerms> vendors) {
    private static final Comparator<Tariff> LATEST_FIRST = Comparator.comparing(Tariff::effectiveFrom)
            .thenComparing(Tariff::version)
            .reversed();

    /** The version that prices at an instant: of those in force, the one that took over last. */
    Optional<TariffPlan> inForce(String tariff, Instant at) {
        return tariffs.getOrDefault(tariff, List.of()).stream()
                .filter(plan -> !plan.tariff().effectiveFrom().isAfter(at))
                .findFirst();
    }

    /** The terms of utilities, kept in memory while the database says that they are current. */
    static final class Cache {
        private final UtilityTransactions transactions;
        private final Utilities utilities;
        private final SupplyGroups supplyGroups;
        private final Tariffs tariffs;
        private final Vendors vendors;
        private final Map<UtilityId, Terms> known = new ConcurrentHashMap<>();

        Cache(
                UtilityTransactions transactions,
                Utilities utilities,
                SupplyGroups supplyGroups,
                Tariffs tariffs,
                Vendors vendors) {
            this.vendors = vendors;
            this.transactions = transactions;
            this.utilities = utilities;
            this.supplyGroups = supplyGroups;
            this.tariffs = tariffs;
        }

        /** The terms of a revision that the database was just seen to have, or of a later one. */
        Terms at(UtilityId utility, long revision) {
            Terms terms = known.get(utility);
            if (terms == null || terms.revision < revision) {
                terms = read(utility);
                known.merge(utility, terms, (one, other) -> one.revision >= other.revision ? one : other);
            }
            return terms;
        }

        /** Reads the terms if they were never read: before a connection is taken, so that no two are needed at once. */
        void prepare(UtilityId utility) {
            if (!known.containsKey(utility)) {
                now(utility);
            }
        }

        /** The terms as they stand. */
        Terms now(UtilityId utility) {
            return at(utility, transactions.in(utility, sql -> revision(sql)));
        }

        private Terms read(UtilityId utility) {
            return transactions.apart(utility, sql -> {
                // the revision first: what changes while the rest is read has a later one, and is read again next time
                long revision = revision(sql);
                return new Terms(
                        revision,
                        utilities.get(utility),
                        supplyGroups.all(utility).stream()
                                .collect(Collectors.toMap(SupplyGroup::code, Function.identity())),
                        tariffs.all(utility).stream()
                                .sorted(LATEST_FIRST)
                                .collect(Collectors.groupingBy(
                                        Tariff::id, Collectors.mapping(TariffPlan::of, Collectors.toList()))),
                        tariffs.rates(utility),
                        vendors.allTerms(utility));
            });
        }

        private static long revision(JdbcClient sql) {
            return sql.sql("SELECT revision FROM utility").query(Long.class).single();
        }
    }

    /** A vendor whose client sells; the database holds it there. */
    VendorTerms vendor(String code) {
        @Nullable VendorTerms vendor = vendors.get(code);
        if (vendor == null) {
            throw new IllegalStateException("the vendor of a client is not registered");
        }
        return vendor;
    }

    /** A supply group that an account points at; the database holds it there. */
    SupplyGroup group(SupplyGroupCode code) {
        @Nullable SupplyGroup group = groups.get(code);
        if (group == null) {
            throw new IllegalStateException("supply group " + code.digits() + " of an account is not registered");
        }
        return group;
    }
}
