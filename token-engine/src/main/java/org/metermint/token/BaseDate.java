package org.metermint.token;

import java.time.Instant;

/**
 * BDT: the instant from which the minutes of a {@link TokenIdentifier} count. It belongs to the vending key and goes
 * into the derivation of Edition 2 decoder keys, so that a token of one base date means nothing under another
 * (IEC 62055-41, BaseDate).
 */
public enum BaseDate {
    BASE_1993(1993),
    BASE_2014(2014),
    BASE_2035(2035);

    private final int year;
    private final String code;
    private final Instant start;

    BaseDate(int year) {
        this.year = year;
        this.code = String.format("%02d", year % 100);
        this.start = Instant.parse(year + "-01-01T00:00:00Z");
    }

    /**
     * The base date that begins on 1 January of a year.
     *
     * @throws IllegalArgumentException if the year is none of 1993, 2014, 2035
     */
    public static BaseDate ofYear(int year) {
        for (BaseDate base : values()) {
            if (base.year == year) {
                return base;
            }
        }
        throw new IllegalArgumentException("base date " + year + " is none of 1993, 2014, 2035");
    }

    /**
     * The base date with a two-digit code.
     *
     * @throws IllegalArgumentException if the code is none of "93", "14", "35"
     */
    public static BaseDate ofCode(String code) {
        for (BaseDate base : values()) {
            if (base.code.equals(code)) {
                return base;
            }
        }
        throw new IllegalArgumentException("base date code \"" + code + "\" is none of 93, 14, 35");
    }

    /** The year: 1993, 2014 or 2035. */
    public int year() {
        return year;
    }

    /** The two digits that key derivation uses: "93", "14" or "35". */
    public String code() {
        return code;
    }

    /** 1 January of the year, 00:00:00 UTC: the instant of TID 0. */
    public Instant start() {
        return start;
    }
}
