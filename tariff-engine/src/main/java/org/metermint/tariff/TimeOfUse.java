package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Prices by season, day type and time of day. A smart meter or a meter in currency prices energy when it is used; a
 * purchase on such a tariff buys credit in currency.
 *
 * @param seasons at least one; each lasts until the next begins, the last until the first of the next year does
 * @param dayTypes the type of every day of the week
 * @param holidays days that have another type than their day of the week
 * @param periods for every season and day type, intervals that cover the day once
 */
public record TimeOfUse(
        List<Season> seasons, Map<DayOfWeek, String> dayTypes, Map<LocalDate, String> holidays, List<Period> periods)
        implements Energy {
    /**
     * A season.
     *
     * @param name 1 to 80 characters
     * @param begins its first day of every year
     */
    public record Season(String name, MonthDay begins) {
        public Season {
            Checks.text("name of season", name, 80);
            Objects.requireNonNull(begins, "begins");
        }
    }

    /**
     * An interval of a day with one price.
     *
     * @param season the season's name
     * @param dayType the day type's name
     * @param name what people read, such as peak
     * @param from its first instant, in the utility's zone
     * @param price the price of a unit, bounded as that of a block
     */
    public record Period(String season, String dayType, String name, LocalTime from, BigDecimal price) {
        public Period {
            Checks.text("name of period", name, 80);
            Objects.requireNonNull(from, "from");
            price = new Block(BigDecimal.ZERO, price).price();
        }
    }

    public TimeOfUse {
        seasons = List.copyOf(seasons);
        dayTypes = Map.copyOf(dayTypes);
        holidays = Map.copyOf(holidays);
        periods = List.copyOf(periods);
        if (dayTypes.size() < DayOfWeek.values().length) {
            throw new IllegalArgumentException(
                    "dayTypes name " + dayTypes.keySet() + "; every day of the week needs one");
        }
        Set<String> seasonNames = checkSeasons(seasons);
        Set<String> types = new HashSet<>(dayTypes.values());
        types.addAll(holidays.values());
        checkPeriods(periods, seasonNames, types);
    }

    private static Set<String> checkSeasons(List<Season> seasons) {
        Checks.inRange("number of seasons", seasons.size(), 1, 366);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < seasons.size(); i++) {
            names.add(seasons.get(i).name());
            if (i > 0 && !seasons.get(i).begins().isAfter(seasons.get(i - 1).begins())) {
                throw new IllegalArgumentException("season " + (i + 1) + " begins on "
                        + seasons.get(i).begins() + ", not after the one before it");
            }
        }
        return names;
    }

    private static void checkPeriods(List<Period> periods, Set<String> seasons, Set<String> types) {
        Set<List<Object>> starts = new HashSet<>();
        for (Period period : periods) {
            if (!seasons.contains(period.season()) || !types.contains(period.dayType())) {
                throw new IllegalArgumentException("period '" + period.name() + "' is of season '" + period.season()
                        + "' and day type '" + period.dayType() + "'; known are " + seasons + " and " + types);
            }
            if (!starts.add(List.of(period.season(), period.dayType(), period.from()))) {
                throw new IllegalArgumentException("two periods of season '" + period.season() + "', day type '"
                        + period.dayType() + "' begin at " + period.from() + ": they overlap");
            }
        }
        for (String season : seasons) {
            for (String type : types) {
                if (!starts.contains(List.of(season, type, LocalTime.MIN))) {
                    throw new IllegalArgumentException("no period of season '" + season + "', day type '" + type
                            + "' begins at 00:00: the day is not covered");
                }
            }
        }
    }

    /** The period that an instant falls into. */
    public Period period(Instant at, ZoneId zone) {
        ZonedDateTime local = at.atZone(zone);
        LocalDate day = local.toLocalDate();
        String season = season(MonthDay.from(day));
        String type = Objects.requireNonNull(holidays.getOrDefault(day, dayTypes.get(day.getDayOfWeek())));
        List<Period> begun = new ArrayList<>();
        for (Period period : periods) {
            if (period.season().equals(season)
                    && period.dayType().equals(type)
                    && !period.from().isAfter(local.toLocalTime())) {
                begun.add(period);
            }
        }
        return begun.stream().max(Comparator.comparing(Period::from)).orElseThrow();
    }

    private String season(MonthDay day) {
        String season = seasons.getLast().name();
        for (Season each : seasons) {
            if (!each.begins().isAfter(day)) {
                season = each.name();
            }
        }
        return season;
    }
}
