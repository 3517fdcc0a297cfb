package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the parts of a tariff must be to each other. */
record TariffChecks(
        String id,
        Energy energy,
        List<Levy> levies,
        List<Charge> charges,
        Deductions deductions,
        Continuity continuity) {
    void check() {
        Checks.inRange("number of levies of tariff " + id, levies.size(), 0, 32);
        Checks.inRange("number of charges of tariff " + id, charges.size(), 0, 32);
        Set<String> codes = checkCharges();
        checkLevies(codes);
        checkOrder();
        Coefficients coefficients = Coefficients.of(levies, charges, deductions);
        if (coefficients.netOfPayment().signum() <= 0) {
            throw new IllegalArgumentException("the levies of tariff " + id + " take " + ofPayment()
                    + " percent of the payment, and what builds on them: nothing is left for energy");
        }
        checkRebates(coefficients);
        checkEnergy(coefficients);
    }

    private Set<String> checkCharges() {
        Set<String> codes = new HashSet<>();
        for (Charge charge : charges) {
            if (Levy.RESERVED.contains(charge.code())) {
                throw new IllegalArgumentException(
                        "charge code " + charge.code() + " of tariff " + id + " is reserved; choose another");
            }
            if (!codes.add(charge.code())) {
                throw new IllegalArgumentException("charge " + charge.code() + " stands twice in tariff " + id);
            }
            if (charge.lifelineAmount() != null && !(energy instanceof Energy.Lifeline)) {
                throw new IllegalArgumentException("lifelineAmount of charge " + charge.code() + " of tariff " + id
                        + " means nothing: its energy has no lifeline");
            }
        }
        return codes;
    }

    private void checkLevies(Set<String> chargeCodes) {
        Set<String> included = new HashSet<>(chargeCodes);
        included.add(Levy.ENERGY);
        Set<String> known = new HashSet<>(included);
        for (Levy levy : levies) {
            Set<String> allowed = levy.rule() == ChargeRule.PERCENT_INCLUDED ? included : known;
            for (String base : levy.base()) {
                if (!allowed.contains(base)) {
                    throw new IllegalArgumentException("base " + base + " of levy " + levy.code() + " of tariff " + id
                            + " is not one of " + allowed.stream().sorted().toList()
                            + ": name energy, a charge, or a levy that stands before"
                            + (levy.rule() == ChargeRule.PERCENT_INCLUDED ? " and is included too" : ""));
                }
            }
            if (new HashSet<>(levy.base()).size() < levy.base().size()) {
                throw new IllegalArgumentException(
                        "base " + levy.base() + " of levy " + levy.code() + " of tariff " + id + " repeats a code");
            }
            if (!known.add(levy.code())) {
                throw new IllegalArgumentException(
                        "levy " + levy.code() + " stands twice in tariff " + id + ", or is a charge too");
            }
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                included.add(levy.code());
            }
            if (levy.rule() == ChargeRule.PER_UNIT && energy instanceof TimeOfUse) {
                throw new IllegalArgumentException("levy " + levy.code() + " of tariff " + id
                        + " is per unit; a purchase on a tariff by time of use buys none: put it into the prices");
            }
        }
    }

    private void checkOrder() {
        for (String item : deductions.order()) {
            boolean standard = List.of(Deductions.FEE, Deductions.CHARGES, Deductions.DEBTS)
                    .contains(item);
            boolean charge = charges.stream().anyMatch(each -> each.code().equals(item));
            boolean levy = levies.stream()
                    .anyMatch(each -> each.code().equals(item) && each.rule().isOfPayment());
            if (!standard && !charge && !levy) {
                throw new IllegalArgumentException("item " + item + " in the order of deductions of tariff " + id
                        + " is neither FEE, CHARGES, DEBTS, nor a charge or levy of the payment of it");
            }
        }
    }

    private BigDecimal ofPayment() {
        return levies.stream()
                .filter(levy -> levy.rule().isOfPayment())
                .map(Levy::rate)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void checkRebates(Coefficients coefficients) {
        if (coefficients.onEnergy().signum() <= 0
                || coefficients.onFee().signum() <= 0
                || coefficients.onDebts().signum() <= 0
                || coefficients.onCharges().stream().anyMatch(factor -> factor.signum() <= 0)) {
            throw new IllegalArgumentException(
                    "the levies and rebates of tariff " + id + " leave something without a price");
        }
    }

    private void checkEnergy(Coefficients coefficients) {
        switch (energy) {
            case Energy.Blocks(List<Block> blocks) -> checkEnd(coefficients, blocks);
            case Energy.Lifeline lifeline -> {
                if (continuity.freeUnits() == Continuity.FreeUnits.COUNTED) {
                    throw new IllegalArgumentException("continuity.freeUnits of tariff " + id
                            + " is COUNTED: units that nobody pays for would carry over the end of the lifeline; leave"
                            + " them APART");
                }
                requirePrices(coefficients, List.of(new Block(BigDecimal.ZERO, lifeline.price())));
                if (!lifeline.blocks().isEmpty()) {
                    checkEnd(coefficients, lifeline.blocks());
                }
            }
            case Energy.Classes(List<Energy.UsageClass> classes) ->
                classes.forEach(each -> checkEnd(coefficients, each.blocks()));
            case TimeOfUse time -> {}
        }
    }

    private void checkEnd(Coefficients coefficients, List<Block> blocks) {
        requirePrices(coefficients, blocks);
        Block last = blocks.getLast();
        boolean open = last.table() != null || levies.stream().anyMatch(levy -> levy.table() != null);
        if (!open && coefficients.grossPrice(last.price()).signum() == 0) {
            throw new IllegalArgumentException("the last block of tariff " + id
                    + " has no price: whoever reaches it would buy without end; give it a price or a levy per unit");
        }
    }

    private void requirePrices(Coefficients coefficients, List<Block> blocks) {
        for (int i = 0; i < blocks.size(); i++) {
            if (coefficients.grossPrice(blocks.get(i).price()).signum() < 0) {
                throw new IllegalArgumentException(
                        "rebates per unit make block " + (i + 1) + " of tariff " + id + " cost less than nothing");
            }
        }
    }
}
