package org.metermint.app.command;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A day of the calendar on the command line, as {@code 2026-03-01}. Every option that is a day is read by this. */
public final class DayConverter implements ITypeConverter<LocalDate> {

    /** Four digits of the year: later years have a sign, and no book, no record and no database needs them. */
    private static final Pattern FORM = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    @Override
    public LocalDate convert(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new TypeConversionException("'" + text
                    + "' is no day; write year, month and day as YYYY-MM-DD, such as 2026-03-01, the first of March");
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            TypeConversionException absent = new TypeConversionException(
                    "the calendar has no day '" + text + "'; write one that it has, as YYYY-MM-DD");
            absent.initCause(e);
            throw absent;
        }
    }
}
