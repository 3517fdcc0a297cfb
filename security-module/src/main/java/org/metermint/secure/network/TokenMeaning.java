package org.metermint.secure.network;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.ManagementOrder;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.CreditType;
import org.metermint.token.ExtendedSet;
import org.metermint.token.PowerLimit;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.Token;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;

/**
 * What a token is called and what it carries, as the interface writes it. The names of electricity, of power and of the
 * register values are those seen from hardware; those of water, gas, time and money follow them.
 *
 * @param tokenClass 0 or 2
 * @param amount what the token carries after rounding, in the token's own units
 * @param unit name of the token's own unit; empty if it has none
 * @param scaled the amount as people read it
 * @param scaledUnit its unit
 */
record TokenMeaning(
        int tokenClass,
        int subclass,
        String description,
        BigInteger amount,
        String unit,
        BigDecimal scaled,
        String scaledUnit) {
    private static final int CREDIT = 0;
    private static final int MANAGEMENT = 2;
    private static final int TENTHS = 1;
    private static final int CURRENCY_DIGITS = 5;

    static TokenMeaning of(IssueCredit request) {
        return units(request.type(), request.amount().onToken().tenths());
    }

    static TokenMeaning of(IssueCurrencyCredit request) {
        return money(request.type(), request.amount().onToken().steps());
    }

    static TokenMeaning of(IssueManagement request) {
        return switch (request.order()) {
            case ManagementOrder.LimitPower order -> power(0, "SetMaximumPowerLimit", order.limit());
            case ManagementOrder.ClearCredit order ->
                register(1, "ClearCredit", order.register().number());
            case ManagementOrder.SetTariffRate order ->
                register(2, "SetTariffRate", order.rate().bits());
            case ManagementOrder.ClearTamper order -> register(5, "ClearTamperCondition", 0);
            case ManagementOrder.LimitPhaseUnbalance order -> power(6, "SetMaxPhaseUnbalanceLmt", order.limit());
            case ManagementOrder.SetWaterFactor order ->
                register(7, "SetWaterMeterFactor", order.factor().bits());
            case ManagementOrder.WriteExtended order ->
                register(10, "SetControlElement", order.value().bits());
        };
    }

    /** A section of a key change, by its subclass. */
    static TokenMeaning ofSection(int subclass) {
        String place = switch (subclass) {
            case 3 -> "1st";
            case 4 -> "2nd";
            case 8 -> "3rd";
            case 9 -> "4th";
            default -> throw new IllegalArgumentException("subclass " + subclass + " is no key change token");
        };
        return new TokenMeaning(
                MANAGEMENT, subclass, "Set" + place + "SectionDecoderKey", BigInteger.ZERO, "", BigDecimal.ZERO, "");
    }

    /** A token that was read; one of a kind that the standard has not defined has a name of class and subclass only. */
    static TokenMeaning of(int tokenClass, int subclass, @Nullable Token content) {
        return switch (content) {
            case null -> ofSection(subclass);
            case TransferCredit credit -> units(credit.type(), credit.amount().tenths());
            case TransferCurrencyCredit credit ->
                money(credit.type(), credit.amount().steps());
            case SetMaximumPowerLimit token -> power(0, "SetMaximumPowerLimit", token.limit());
            case ClearCredit token ->
                register(1, "ClearCredit", token.register().number());
            case SetTariffRate token ->
                register(2, "SetTariffRate", token.rate().bits());
            case ClearTamperCondition token -> register(5, "ClearTamperCondition", 0);
            case SetMaximumPhasePowerUnbalanceLimit token -> power(6, "SetMaxPhaseUnbalanceLmt", token.limit());
            case SetWaterMeterFactor token ->
                register(7, "SetWaterMeterFactor", token.factor().bits());
            case ExtendedSet token ->
                register(10, "SetControlElement", token.value().bits());
            default ->
                new TokenMeaning(
                        tokenClass,
                        subclass,
                        "Class" + tokenClass + ":Subclass" + subclass,
                        BigInteger.ZERO,
                        "",
                        BigDecimal.ZERO,
                        "");
        };
    }

    private static TokenMeaning units(CreditType type, long tenths) {
        record Unit(String description, String name) {}
        Unit unit = switch (type) {
            case ELECTRICITY -> new Unit("Credit:Electricity", "hWh");
            case WATER -> new Unit("Credit:Water", "0.1m3");
            case GAS -> new Unit("Credit:Gas", "0.1m3");
            case TIME -> new Unit("Credit:Time", "0.1min");
            default -> throw new IllegalArgumentException(type + " counts money");
        };
        return new TokenMeaning(
                CREDIT,
                type.subclass(),
                unit.description(),
                BigInteger.valueOf(tenths),
                unit.name(),
                BigDecimal.valueOf(tenths, TENTHS),
                type.unit());
    }

    private static TokenMeaning money(CreditType type, BigInteger steps) {
        String description = switch (type) {
            case ELECTRICITY_CURRENCY -> "CurrencyCredit:Electricity";
            case WATER_CURRENCY -> "CurrencyCredit:Water";
            case GAS_CURRENCY -> "CurrencyCredit:Gas";
            case TIME_CURRENCY -> "CurrencyCredit:Time";
            default -> throw new IllegalArgumentException(type + " counts units");
        };
        BigDecimal scaled = new BigDecimal(steps, CURRENCY_DIGITS);
        return new TokenMeaning(CREDIT, type.subclass(), description, steps, "0.00001", scaled, "currency");
    }

    private static TokenMeaning power(int subclass, String description, PowerLimit limit) {
        long watts = PowerLimit.ofBits(limit.toBits()).watts();
        return new TokenMeaning(
                MANAGEMENT,
                subclass,
                description,
                BigInteger.valueOf(watts),
                "Watt",
                BigDecimal.valueOf(watts),
                "Watt");
    }

    private static TokenMeaning register(int subclass, String description, int value) {
        return new TokenMeaning(
                MANAGEMENT, subclass, description, BigInteger.valueOf(value), "", BigDecimal.valueOf(value), "");
    }
}
