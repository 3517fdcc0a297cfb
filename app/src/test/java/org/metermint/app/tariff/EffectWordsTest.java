package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Line;
import org.metermint.tariff.Tariff;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Effect.Bucket;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.effect.Effect.Count;
import org.metermint.vending.effect.Effect.LineTotal;
import org.metermint.vending.effect.Question;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;

/** What a simulation says to people: the sample of the operating guide. */
class EffectWordsTest {
    private static final Path PAGE = Path.of("../docs/operating/tariff-changes.md");

    private static final Utility UTILITY = new Utility(
            new UtilityId(1),
            "town",
            new UtilitySettings(
                    "Town Power",
                    "ZAR",
                    2,
                    ZoneId.of("Africa/Johannesburg"),
                    KeyChangePolicy.WITH_SALE,
                    500,
                    1_000_000),
            Instant.EPOCH);

    private static Effect effect() {
        Tariff next = TariffJson.parse(TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING))
                .replace("\"version\":1", "\"version\":2"));
        return new Effect(
                new Question(next.id(), next, LocalDate.parse("2026-05-01"), LocalDate.parse("2026-05-31"), Map.of()),
                false,
                41_180,
                10_422,
                List.of(
                        new LineTotal(Line.Kind.ENERGY, "ENERGY", "Energy", new Change(5_372_511_30L, 5_374_020_10L)),
                        new LineTotal(
                                Line.Kind.TAX, "VAT", "VAT 15 % (included)", new Change(805_876_70L, 806_103_02L)),
                        new LineTotal(Line.Kind.DEBT, "", "", new Change(121_612_00L, 121_612_00L))),
                new Change(17_011_402L, 16_304_377L),
                new Change(6_300_000_00L, 6_301_735_12L),
                new Effect.Units(412, new Change(41_020_50L, 42_755_62L)),
                List.of(new Effect.Refused("UNITS_BELOW_MINIMUM", new Count(3, 15_00))),
                new Count(0, 0),
                new Count(6, 1_150_00),
                4,
                new Effect.Spread(
                        10_310,
                        OptionalInt.of(-6_12),
                        OptionalInt.of(-4_20),
                        OptionalInt.of(-1_35),
                        List.of(
                                new Bucket(-8_00, -7_00, 88),
                                new Bucket(-7_00, -6_00, 617),
                                new Bucket(-6_00, -5_00, 2_310),
                                new Bucket(-5_00, -4_00, 2_904),
                                new Bucket(-4_00, -3_00, 2_466),
                                new Bucket(-3_00, -2_00, 1_150),
                                new Bucket(-2_00, -1_00, 512),
                                new Bucket(-1_00, 0, 201),
                                new Bucket(0, 1_00, 62))),
                List.of(
                        new CustomerEffect("A-20417", 4, 3_900_00, 9_688, 8_871, 0, 0, 0),
                        new CustomerEffect("A-10988", 2, 3_400_00, 8_512, 7_812, 0, 0, 0)),
                List.of(new CustomerEffect("A-00733", 1, 40_00, 117, 119, 0, 0, 0)));
    }

    @Test
    void text_isTheSampleOfTheGuide() throws Exception {
        String text = new EffectWords(effect(), UTILITY).text().replace(System.lineSeparator(), "\n");
        String sample = text.lines()
                .map(line -> "    " + line)
                .map(String::stripTrailing)
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(Files.readString(PAGE).replace("\r\n", "\n")).contains(sample);
    }

    @Test
    void linesOfTheSample_sumToWhatWasPaid() {
        Effect effect = effect();
        assertThat(effect.lines().stream()
                        .mapToLong(line -> line.amount().before())
                        .sum())
                .isEqualTo(effect.tender().before());
        assertThat(effect.lines().stream()
                        .mapToLong(line -> line.amount().after())
                        .sum())
                .isEqualTo(effect.tender().after());
        assertThat(effect.spread().buckets().stream()
                        .mapToLong(Bucket::customers)
                        .sum())
                .isEqualTo(effect.spread().customers());
    }

    @Test
    void chart_hasABarForEachBucket_inColoursOfLossAndGain() {
        Effect effect = effect();
        String svg = new EffectChart(effect, new EffectWords(effect, UTILITY)).svg();
        assertThat(svg.lines().filter(line -> line.startsWith("<rect x="))).hasSize(9);
        assertThat(svg).contains("median -4.2 %", "below -7 %", "0 % and more", "#b4472e", "#22776b");
    }

    @Test
    void percentages_haveASign_andNoEmptyDecimals() {
        assertThat(EffectWords.percent(OptionalInt.of(6_25))).isEqualTo("+6.25 %");
        assertThat(EffectWords.percent(OptionalInt.of(-50_00))).isEqualTo("-50 %");
        assertThat(EffectWords.percent(OptionalInt.of(0))).isEqualTo("0 %");
    }
}
