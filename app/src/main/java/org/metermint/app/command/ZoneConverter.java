package org.metermint.app.command;

import java.time.DateTimeException;
import java.time.ZoneId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time zone on the command line, as {@code Africa/Johannesburg}. */
public final class ZoneConverter implements ITypeConverter<ZoneId> {
    @Override
    public ZoneId convert(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            TypeConversionException unknown = new TypeConversionException(
                    "'" + text + "' is no time zone; write continent and city, such as Africa/Johannesburg");
            unknown.initCause(e);
            throw unknown;
        }
    }
}
