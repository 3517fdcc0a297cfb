package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.Decision;
import org.metermint.token.decode.Decoder;
import org.metermint.token.decode.DecoderFacts;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.DecoderState;
import org.metermint.token.decode.Rejection;
import org.metermint.token.decode.TidMemory;
import org.metermint.token.decode.TokenExecution;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.Dkga04Deriver;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;

/** What was sold, as the meter sees it: the units of a sale are those that its token decodes to. */
class MeterTakesSaleTest {
    private static final TariffIndex INDEX = TariffIndex.parse("01");

    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @Test
    void meter_takesExactlyTheUnitsOfTheSale_once() {
        MeterPan meter = desk.meter();
        DecoderState state = meterOn(meter, SaleFixture.GROUP, 1, BaseDate.BASE_2014);
        for (String tender : new String[] {"5", "20", "1234.56", "5000"}) {
            Sale sale = ((Sold) desk.sell("units-" + tender, meter, tender)).sale();
            Decision decision = enter(sale.tokens().getFirst(), state);
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Decision.Accepted.class,
                            accepted -> assertThat(accepted.token())
                                    .isInstanceOfSatisfying(TransferCredit.class, credit -> {
                                        assertThat(credit.amount().tenths())
                                                .isEqualTo(sale.credit().steps());
                                        assertThat(credit.tid())
                                                .isEqualTo(sale.stamp()
                                                        .orElseThrow()
                                                        .identifier());
                                    }));
            state = decision.after();
            assertThat(enter(sale.tokens().getFirst(), state))
                    .isInstanceOfSatisfying(
                            Decision.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Rejection.USED_ERROR));
        }
    }

    @Test
    void meterOnBaseDate1993_takesTheSetAndThenTheCredit_inTheOrderSold() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        DecoderState state = meterOn(meter, SaleFixture.ROLLED_OVER, 1, BaseDate.BASE_1993);
        Sale sale = ((Sold) desk.sell("rolled", meter, "100")).sale();
        for (SaleToken token : sale.tokens()) {
            Decision decision = enter(token, state);
            assertThat(decision).as("token %d", token.number()).isNotInstanceOf(Decision.Rejected.class);
            state = decision.after();
            if (token.kind() == SaleToken.Kind.CREDIT) {
                assertThat(((TransferCredit) ((Decision.Accepted) decision).token())
                                .amount()
                                .tenths())
                        .isEqualTo(sale.credit().steps());
            }
        }
        assertThat(state.register().revision().value()).isEqualTo(4);
    }

    /** Taxes and levies stay with the utility; the rest, 86.96, arrives rounded up to the next amount of a token. */
    @Test
    void meterThatPricesByItself_takesTheMoneyThatIsLeftForEnergy() {
        desk.vending.tariffs().add(desk.utility, TariffJson.parse("""
                {"id": "money", "version": 1, "name": "Credit in money", "currency": "ZAR", "minorDigits": 2, "unit": "ZAR",
                 "effectiveFrom": "2020-01-01T00:00:00Z", "blocks": [{"above": "0", "price": "1"}],
                 "levies": [{"code": "VAT", "label": "VAT 15 % (included)", "kind": "TAX", "rule": "PERCENT_INCLUDED",
                             "rate": "15", "base": ["ENERGY"]}],
                 "rounding": {"amounts": "HALF_UP", "balance": "ENERGY", "position": "ISSUED", "displayDecimals": 2,
                              "displayUnits": "UP"},
                 "limits": {"minTender": 100, "maxTender": 1000000, "minTenths": 1, "maxTenths": 18201624}}
                """));
        MeterPan meter = desk.bareMeter(SaleFixture.GROUP, 1, MeterCredit.CURRENCY);
        desk.account(meter, SaleFixture.GROUP, "money");
        Sale sale = ((Sold) desk.sell("money", meter, "100")).sale();
        assertThat(sale.credit()).isEqualTo(new SaleCredit(CreditType.ELECTRICITY_CURRENCY, 8_696_624));
        assertThat(sale.assessment().taxes()).isEqualTo(1_304);
        assertThat(enter(sale.tokens().getFirst(), meterOn(meter, SaleFixture.GROUP, 1, BaseDate.BASE_2014)))
                .isInstanceOfSatisfying(
                        Decision.Accepted.class,
                        accepted -> assertThat(accepted.token())
                                .isInstanceOfSatisfying(
                                        TransferCurrencyCredit.class,
                                        credit -> assertThat(credit.amount().steps())
                                                .isEqualTo(BigInteger.valueOf(8_696_624))));
        assertThat(desk.vending.receipts().of(sale).units()).hasValue("86.96624");
        assertThat(desk.vending.saleDesk().sale(desk.utility, sale.id())).contains(sale);
    }

    @Test
    void tariffByUnits_onAMeterThatTakesMoney_isRefused() {
        MeterPan meter = desk.bareMeter(SaleFixture.GROUP, 1, MeterCredit.CURRENCY);
        desk.account(meter, SaleFixture.GROUP, PublishedTariffs.INCLINING);
        assertThat(desk.sell("unfit", meter, "100"))
                .isInstanceOfSatisfying(
                        SaleAnswer.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(RefusalCode.TARIFF_UNFIT));
    }

    private static DecoderState meterOn(MeterPan meter, SupplyGroupCode group, int revision, BaseDate base) {
        KeyRevisionNumber number = new KeyRevisionNumber(revision);
        DecoderKeyIdentity identity =
                new DecoderKeyIdentity(meter, EncryptionAlgorithm.EA11, group, INDEX, number, KeyType.DUTK, base);
        return new DecoderState(
                new DecoderKeyRegister(
                        new Dkga04Deriver(TestOnlyVendingKeys.edition2()).derive(identity),
                        KeyType.DUTK,
                        new KeyExpiryNumber(255),
                        number,
                        INDEX,
                        group),
                TidMemory.ofNewMeter(TidMemory.LEAST_CAPACITY, new TokenIdentifier(1_000)));
    }

    private static Decision enter(SaleToken token, DecoderState state) {
        return new Decoder(DecoderFacts.of(EncryptionAlgorithm.EA11, Ea07Tables.sample(), 1))
                .enter(token.token(), state, desk.clock.instant(), TokenExecution.EVERYTHING);
    }
}
