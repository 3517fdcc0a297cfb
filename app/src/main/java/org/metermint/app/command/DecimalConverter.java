package org.metermint.app.command;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An amount or a number of units on the command line, as {@code 12.50}. */
public final class DecimalConverter implements ITypeConverter<BigDecimal> {
    private static final Pattern FORM = Pattern.compile("[-+]?[0-9]{1,18}(?:\\.[0-9]{1,12})?");

    @Override
    public BigDecimal convert(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no figure; write a decimal of up to 18 digits, such as 12.50");
        }
        return new BigDecimal(text);
    }
}
