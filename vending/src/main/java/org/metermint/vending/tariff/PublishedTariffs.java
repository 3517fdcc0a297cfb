package org.metermint.vending.tariff;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.metermint.tariff.Tariff;

/** Real tariffs as their utilities published them, ready to be added. */
public final class PublishedTariffs {
    /** One price, tax in it. */
    public static final String FLAT = "za-eskom-homelight-legacy-flat";

    /** Inclining blocks over the month, tax in the prices. */
    public static final String INCLINING = "za-tshwane-2025-26";

    private PublishedTariffs() {}

    /** The ids of all of them. */
    public static List<String> ids() {
        return List.of(FLAT, INCLINING);
    }

    /**
     * The first version of one of them.
     *
     * @throws IllegalArgumentException if there is none of that id
     */
    public static Tariff load(String id) {
        if (!ids().contains(id)) {
            throw new IllegalArgumentException("published tariff '" + id + "' is none of " + ids());
        }
        try (InputStream document = PublishedTariffs.class.getResourceAsStream("/tariffs/" + id + ".json")) {
            if (document == null) {
                throw new IllegalStateException("resource /tariffs/" + id + ".json is missing from the program");
            }
            return TariffJson.parse(new String(document.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
