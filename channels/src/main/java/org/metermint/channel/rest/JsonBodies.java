package org.metermint.channel.rest;

import java.io.IOException;
import java.io.InputStream;
import org.metermint.tariff.Tariff;
import org.metermint.vending.receipt.Receipt;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;

/** Bodies of this interface by {@link StrictJson}; everything else that the server serves is left to others. */
final class JsonBodies extends AbstractHttpMessageConverter<Object> {
    JsonBodies() {
        super(MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == Tariff.class || type == Receipt.class || type.getPackage() == JsonBodies.class.getPackage();
    }

    @Override
    protected Object readInternal(Class<?> type, HttpInputMessage message) throws IOException {
        return StrictJson.read(bounded(message), type);
    }

    @Override
    protected void writeInternal(Object value, HttpOutputMessage message) throws IOException {
        byte[] bytes = StrictJson.write(value);
        message.getHeaders().setContentLength(bytes.length);
        message.getBody().write(bytes);
    }

    /** The body, of which never more than the limit is held. */
    private static byte[] bounded(HttpInputMessage message) throws IOException {
        long length = message.getHeaders().getContentLength();
        if (length <= StrictJson.MAX_BYTES) {
            InputStream body = message.getBody();
            // a length that is known spares a buffer for one that is not
            byte[] bytes = body.readNBytes(length < 0 ? StrictJson.MAX_BYTES + 1 : (int) length);
            if (bytes.length <= StrictJson.MAX_BYTES) {
                return bytes;
            }
        }
        throw new ProblemException(
                Fault.BODY_TOO_LARGE,
                "the body has " + (length > StrictJson.MAX_BYTES ? length + " bytes" : "more bytes") + "; at most "
                        + StrictJson.MAX_BYTES + " are read");
    }
}
