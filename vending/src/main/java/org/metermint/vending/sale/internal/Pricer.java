package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.tariff.TimeOfUse;
import org.metermint.token.CreditAmount;
import org.metermint.token.CurrencyAmount;
import org.metermint.vending.entitlement.Entitlement;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleCredit;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ChannelFee;
import org.metermint.vending.vendor.CommissionPlan;
import org.metermint.vending.vendor.Settlement;
import org.metermint.vending.vendor.VendorTerms;

/**
 * Decides about a sale: from the terms of the utility, the meter as it stands and the request. It writes nothing, and
 * refuses in the order of {@link RefusalCode}.
 */
final class Pricer {
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final int CURRENCY_STEP_DECIMALS = 5;
    private static final BigDecimal MOST_UNITS = BigDecimal.valueOf(CreditAmount.MAX_TENTHS, 1);

    private final Terms terms;
    private final VendingKeys keys;

    Pricer(Terms terms, VendingKeys keys) {
        this.terms = terms;
        this.keys = keys;
    }

    /**
     * What a request comes to.
     *
     * @param free the free units that come along
     */
    record Decided(Priced sale, Optional<Along> free) {}

    /** Free units that come along with a sale, under an id of their own. */
    record Along(UUID id, Priced priced) {}

    /**
     * Prices a request.
     *
     * @param vendorCode whose client asks
     * @param locked the meter and its account, or why there are none
     * @param now when the request was received
     * @param nextId makes the id of a sale of free units
     * @throws RefusedException if nothing can be sold
     */
    Decided price(
            SaleRequest request,
            String vendorCode,
            @Nullable LockedMeter locked,
            Optional<Refusal> missing,
            Instant now,
            Supplier<UUID> nextId) {
        VendorTerms vendor = terms.vendor(vendorCode);
        vendor.requireAllowed(request.operator(), request.terminal());
        Optional<Purchase> purchase = purchase(request.amount());
        if (locked == null) {
            throw missing.orElseThrow().toException();
        }
        if (locked.status() == MeterStatus.BLOCKED) {
            throw new RefusedException(RefusalCode.METER_BLOCKED, "the meter is blocked for vending");
        }
        if (purchase.isEmpty()) {
            return new Decided(free(locked, now), Optional.empty());
        }
        UnpaidDebts.requireNone(locked.debts(), now, terms.utility());
        Optional<Along> along = along(locked, now).map(free -> new Along(nextId.get(), free));
        LockedMeter standing =
                along.map(free -> locked.after(free.priced(), free.id())).orElse(locked);
        Priced sale = sale(vendor, purchase.get(), standing, now);
        return new Decided(
                sale,
                sale.keyChange().isPresent()
                        ? along.map(free -> new Along(free.id(), free.priced().withoutKeyChange()))
                        : along);
    }

    private Priced sale(VendorTerms vendor, Purchase purchase, LockedMeter locked, Instant now) {
        if (purchase instanceof Purchase.Tender tender) {
            requireTender(tender.minorUnits());
        }
        Assessment assessment = assess(locked, purchase, vendor.feeAt(now), now);
        if (purchase instanceof Purchase.Units) {
            requireTender(assessment.tender());
        }
        if (!assessment.hasToken()
                && assessment.tariff().deductions().whenNothingLeft() == Deductions.WhenNothingLeft.REFUSE) {
            throw new RefusedException(RefusalCode.TENDER_TOO_SMALL, "what is due leaves nothing to credit");
        }
        SupplyGroup group = terms.group(locked.accountSupplyGroup());
        Optional<Priced.Minting> minting = assessment.hasToken() ? Optional.of(mint(locked, now)) : Optional.empty();
        SaleCredit credit = minting.isPresent()
                ? credit(group, locked, assessment)
                : new SaleCredit(CreditKinds.of(group.service(), locked.currency()), 0);
        Optional<CommissionPlan> commission = vendor.planAt(now);
        return new Priced(
                locked,
                assessment,
                group.service(),
                credit,
                minting,
                commission
                        .map(earned -> earned.commission(
                                assessment.tender(), credit.type().isCurrency() ? 0 : credit.steps()))
                        .orElse(0L),
                commission
                        .map(CommissionPlan::settlement)
                        .filter(Settlement.NET::equals)
                        .isPresent());
    }

    private Assessment assess(LockedMeter locked, Purchase purchase, Optional<ChannelFee> fee, Instant now) {
        TariffPlan plan = plan(locked, now);
        ZoneId zone = terms.utility().settings().zone();
        return switch (ChannelFees.priced(
                purchase,
                fee,
                taken -> plan.assess(circumstances(locked, now, taken), locked.position(), purchase, now, zone))) {
            case Assessment priced -> priced;
            case org.metermint.tariff.Refusal refused -> throw translate(refused);
        };
    }

    private Priced.Minting mint(LockedMeter locked, Instant now) {
        SupplyGroup group = terms.group(locked.accountSupplyGroup());
        MeterKeyState target = new MeterKeyState(
                locked.key().pan(),
                locked.key().algorithm(),
                group.code(),
                locked.accountTariffIndex(),
                group.revision(),
                group.type());
        KeyPlan plan = KeyPlan.of(
                locked.key(),
                target,
                locked.keyChangeTokens(),
                terms.utility().settings().keyChange(),
                keys,
                now);
        return new Priced.Minting(
                plan, plan.allot(locked.lastTid(plan.key().baseDate()).orElse(null), now));
    }

    /** What comes along with a sale: nothing, if there is any reason against it. */
    private Optional<Priced> along(LockedMeter locked, Instant now) {
        if (locked.entitled() == null || !locked.entitled().units().automatic()) {
            return Optional.empty();
        }
        try {
            return Optional.of(free(locked, now));
        } catch (RefusedException none) {
            return Optional.empty();
        }
    }

    /** The free units of this month; nobody earns a commission on them. */
    private Priced free(LockedMeter locked, Instant now) {
        Purchase.Free units = new Purchase.Free(freeTenths(locked, now));
        if (locked.currency()) {
            throw new RefusedException(
                    RefusalCode.NOT_ENTITLED, "the meter takes credit in money, and free units are units");
        }
        SupplyGroup group = terms.group(locked.accountSupplyGroup());
        return new Priced(
                locked,
                assess(locked, units, Optional.empty(), now),
                group.service(),
                new SaleCredit(CreditKinds.of(group.service(), false), units.tenths()),
                Optional.of(mint(locked, now)),
                0,
                false);
    }

    private long freeTenths(LockedMeter locked, Instant now) {
        YearMonth month = month(now);
        if (locked.entitlementList() == null) {
            throw new RefusedException(RefusalCode.NOT_ENTITLED, "the account is on no list of free units");
        }
        if (locked.hasFreeUnitsOf(month)) {
            throw new RefusedException(
                    RefusalCode.FREE_UNITS_TAKEN, "the account has had the free units of " + locked.freeMonth());
        }
        if (locked.entitled() == null) {
            throw new IllegalStateException("nobody looked at what the account is entitled to");
        }
        Entitlement units = locked.entitled().units();
        units.reasonAgainst(month, locked.facts().averageUnits()).ifPresent(reason -> {
            throw new RefusedException(RefusalCode.NOT_ENTITLED, reason);
        });
        return units.tenths();
    }

    private YearMonth month(Instant now) {
        return YearMonth.from(now.atZone(terms.utility().settings().zone()));
    }

    /** What is to be paid for; none if free units are asked for. */
    private Optional<Purchase> purchase(SaleRequest.Amount amount) {
        return switch (amount) {
            case SaleRequest.Tender(BigDecimal tender, String currency) ->
                Optional.of(new Purchase.Tender(minorUnits(tender, currency), currency));
            case SaleRequest.Units(BigDecimal units) -> Optional.of(new Purchase.Units(tenths(units)));
            case SaleRequest.FreeUnits free -> Optional.empty();
        };
    }

    private long minorUnits(BigDecimal tender, String currency) {
        UtilitySettings settings = terms.utility().settings();
        String wanted = settings.currency();
        if (!currency.equals(wanted)) {
            String offered = CURRENCY.matcher(currency).matches() ? currency : "no currency";
            throw new RefusedException(
                    RefusalCode.CURRENCY_MISMATCH, "the tender is in " + offered + ", the utility sells in " + wanted);
        }
        if (tender.signum() <= 0) {
            throw new RefusedException(RefusalCode.TENDER_INVALID, "the tender is zero or negative");
        }
        if (tender.stripTrailingZeros().scale() > settings.minorDigits()) {
            throw new RefusedException(
                    RefusalCode.TENDER_INVALID,
                    "the tender has more decimals than the " + settings.minorDigits() + " of " + wanted);
        }
        BigDecimal limit = BigDecimal.valueOf(UtilitySettings.MAX_TENDER, settings.minorDigits());
        return tender.compareTo(limit) > 0
                ? Long.MAX_VALUE
                : tender.movePointRight(settings.minorDigits()).longValueExact();
    }

    private static long tenths(BigDecimal units) {
        if (units.signum() <= 0 || units.stripTrailingZeros().scale() > 1) {
            throw new RefusedException(
                    RefusalCode.UNITS_INVALID, "the units are zero, negative or finer than a tenth, the token's step");
        }
        if (units.compareTo(MOST_UNITS) > 0) {
            throw new RefusedException(
                    RefusalCode.UNITS_TOO_MANY, "the units are above " + MOST_UNITS + ", the most on one token");
        }
        return units.movePointRight(1).longValueExact();
    }

    private void requireTender(long tender) {
        UtilitySettings settings = terms.utility().settings();
        if (tender < settings.smallestTender()) {
            throw new RefusedException(
                    RefusalCode.TENDER_TOO_SMALL,
                    "the tender is below the least, " + terms.utility().money(settings.smallestTender()));
        }
        if (tender > settings.largestTender()) {
            throw new RefusedException(
                    RefusalCode.TENDER_TOO_LARGE,
                    "the tender is above the greatest, " + terms.utility().money(settings.largestTender()));
        }
    }

    private Circumstances circumstances(LockedMeter locked, Instant now, long fee) {
        YearMonth month = month(now);
        return new Circumstances(
                locked.facts(),
                locked.debts().stream().map(debt -> debt.in(month)).toList(),
                fee,
                terms.rates());
    }

    private TariffPlan plan(LockedMeter locked, Instant now) {
        TariffPlan plan = terms.inForce(locked.tariffId(), now)
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.TARIFF_NOT_IN_FORCE,
                        "tariff " + locked.tariffId() + " has no version in force at " + now));
        Tariff tariff = plan.tariff();
        String currency = terms.utility().settings().currency();
        boolean byTime = tariff.energy() instanceof TimeOfUse;
        if (locked.currency() != (byTime || tariff.unit().equals(currency))) {
            throw new RefusedException(
                    RefusalCode.TARIFF_UNFIT,
                    "tariff " + tariff.id() + " is by " + (byTime ? "time of use" : tariff.unit())
                            + ", the meter takes credit in " + (locked.currency() ? currency : "units"));
        }
        return plan;
    }

    /** Units, or the money that is left for energy, as the token can carry them: rounded in the customer's favour. */
    private SaleCredit credit(SupplyGroup group, LockedMeter locked, Assessment assessment) {
        if (!locked.currency()) {
            return new SaleCredit(
                    CreditKinds.of(group.service(), false),
                    new CreditAmount(assessment.issuedTenths()).onToken().tenths());
        }
        long steps = BigDecimal.valueOf(
                        assessment.energy(), terms.utility().settings().minorDigits())
                .movePointRight(CURRENCY_STEP_DECIMALS)
                .longValueExact();
        if (steps <= 0) {
            throw new RefusedException(RefusalCode.UNITS_TOO_FEW, "taxes and levies leave nothing to credit");
        }
        return new SaleCredit(
                CreditKinds.of(group.service(), true),
                CurrencyAmount.ofSteps(steps).onToken().steps().longValueExact());
    }

    private static RefusedException translate(org.metermint.tariff.Refusal refused) {
        RefusalCode code = switch (refused.code()) {
            case TARIFF_NOT_IN_FORCE -> RefusalCode.TARIFF_NOT_IN_FORCE;
            case MONTH_BEFORE_POSITION -> RefusalCode.CLOCK_BEHIND;
            case CURRENCY_MISMATCH -> RefusalCode.CURRENCY_MISMATCH;
            case TENDER_NOT_POSITIVE -> RefusalCode.TENDER_INVALID;
            case TENDER_BELOW_MINIMUM, NOTHING_LEFT -> RefusalCode.TENDER_TOO_SMALL;
            case RATE_MISSING -> RefusalCode.TARIFF_NOT_IN_FORCE;
            case ACCOUNT_UNFIT -> RefusalCode.TARIFF_UNFIT;
            case TENDER_ABOVE_MAXIMUM -> RefusalCode.TENDER_TOO_LARGE;
            case UNITS_NOT_POSITIVE, UNITS_WITHOUT_PRICE, UNITS_BELOW_MINIMUM -> RefusalCode.UNITS_TOO_FEW;
            case UNITS_ABOVE_MAXIMUM -> RefusalCode.UNITS_TOO_MANY;
        };
        return new RefusedException(code, refused.detail());
    }
}
