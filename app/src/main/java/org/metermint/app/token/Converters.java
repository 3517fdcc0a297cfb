package org.metermint.app.token;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.function.Function;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.key.KeyDerivation;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the words of a command line become the values of the standard; what does not fit is refused with the bound. */
final class Converters {
    private Converters() {}

    private abstract static class Checked<T> implements ITypeConverter<T> {
        private final Function<String, T> reader;

        Checked(Function<String, T> reader) {
            this.reader = reader;
        }

        @Override
        public T convert(String value) {
            try {
                return reader.apply(value);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is not a whole number");
            } catch (IllegalArgumentException | DateTimeException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** {@code 7}, {@code 07} or {@code EA07}. */
    static final class Algorithm extends Checked<EncryptionAlgorithm> {
        Algorithm() {
            super(text -> EncryptionAlgorithm.ofNumber(number(text, "EA")));
        }
    }

    /** {@code 4}, {@code 04} or {@code DKGA04}. */
    static final class Derivation extends Checked<KeyDerivation> {
        Derivation() {
            super(text -> KeyDerivation.ofNumber(number(text, "DKGA")));
        }
    }

    private static int number(String text, String prefix) {
        String upper = text.toUpperCase(Locale.ROOT);
        return Integer.parseInt(upper.startsWith(prefix) ? upper.substring(prefix.length()) : upper);
    }

    /** {@code 2014} or {@code 14}. */
    static final class Base extends Checked<BaseDate> {
        Base() {
            super(text -> text.length() == 2 ? BaseDate.ofCode(text) : BaseDate.ofYear(Integer.parseInt(text)));
        }
    }

    /** {@code 2} or {@code DUTK}. */
    static final class Type extends Checked<KeyType> {
        Type() {
            super(text -> Character.isLetter(text.charAt(0))
                    ? KeyType.valueOf(text.toUpperCase(Locale.ROOT))
                    : KeyType.ofNumber(Integer.parseInt(text)));
        }
    }

    /** Six digits. */
    static final class SupplyGroup extends Checked<SupplyGroupCode> {
        SupplyGroup() {
            super(SupplyGroupCode::parse);
        }
    }

    /** Two digits; one will do. */
    static final class Tariff extends Checked<TariffIndex> {
        Tariff() {
            super(text -> new TariffIndex(Integer.parseInt(text)));
        }
    }

    /** 1 to 9. */
    static final class Revision extends Checked<KeyRevisionNumber> {
        Revision() {
            super(text -> new KeyRevisionNumber(Integer.parseInt(text)));
        }
    }

    /** 0 to 255. */
    static final class Expiry extends Checked<KeyExpiryNumber> {
        Expiry() {
            super(text -> new KeyExpiryNumber(Integer.parseInt(text)));
        }
    }

    /** 18 digits. */
    static final class Pan extends Checked<MeterPan> {
        Pan() {
            super(MeterPan::parse);
        }
    }

    /** 11 or 13 digits. */
    static final class Meter extends Checked<DecoderReferenceNumber> {
        Meter() {
            super(DecoderReferenceNumber::parse);
        }
    }

    /** {@code 2026-11-20T21:05} in UTC, or with seconds, or with a Z behind. */
    static final class Time extends Checked<Instant> {
        Time() {
            super(text -> LocalDateTime.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text)
                    .toInstant(ZoneOffset.UTC));
        }
    }
}
