package org.metermint.app.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hosts and ports in a list, as {@code hsm1.example:9443, [2001:db8::7]:9443}. */
public final class NetworkAddresses {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
    private static final int USUAL_PORT = 9443;
    private static final int LAST_PORT = 65_535;

    private NetworkAddresses() {}

    /**
     * One of them.
     *
     * @param host a name or an address, that of IPv6 without brackets
     */
    public record Address(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Reads a list that has no fault. */
    public static List<Address> parse(String text) {
        List<Address> addresses = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher address = ADDRESS.matcher(one.strip());
            if (!address.matches()) {
                throw new IllegalArgumentException("'" + one.strip() + "' is no host with a port");
            }
            String host = address.group(1).replace("[", "").replace("]", "");
            String port = address.group(2);
            addresses.add(new Address(host, port == null ? USUAL_PORT : Integer.parseInt(port)));
        }
        return addresses;
    }

    static Optional<String> fault(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Set<Address> seen = new HashSet<>();
        try {
            for (Address address : parse(text)) {
                if (address.port() < 1 || address.port() > LAST_PORT) {
                    return Optional.of("names port " + address.port() + ", which is outside 1.." + LAST_PORT);
                }
                if (!seen.add(address)) {
                    return Optional.of("names " + address + " twice");
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("is not a list such as hsm1.example:9443, hsm2.example:9443");
        }
    }
}
