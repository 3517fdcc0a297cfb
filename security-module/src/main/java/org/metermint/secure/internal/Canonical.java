package org.metermint.secure.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One sequence of octets for a list of parts, so that different lists never give the same; and its HMAC-SHA-256. */
final class Canonical {
    private Canonical() {}

    /** Every part after its length; a map or a list is a part of parts. */
    static byte[] octets(List<?> parts) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] content = content(part);
            octets.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
            octets.writeBytes(content);
        }
        return octets.toByteArray();
    }

    private static byte[] content(Object part) {
        if (part instanceof Map<?, ?> map) {
            List<Object> members = new ArrayList<>();
            map.forEach((name, value) -> members.addAll(List.of(name, value)));
            return octets(members);
        }
        if (part instanceof List<?> list) {
            return octets(list);
        }
        return part.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hmac(SecretKeySpec key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
