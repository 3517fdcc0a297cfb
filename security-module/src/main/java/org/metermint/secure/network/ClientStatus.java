package org.metermint.secure.network;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.NodeStatus;

/** What a module on the other end last told of itself, and what the client has met with it. */
final class ClientStatus {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final NetworkModuleSettings settings;
    private final Clock clock;
    private volatile @Nullable ClientKeys keys;
    private volatile @Nullable ModuleStatus last;
    private volatile @Nullable String misfit;

    ClientStatus(NetworkModuleSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** The keys as last told; null if they never were. */
    @Nullable ClientKeys keys() {
        return keys;
    }

    /** Remembers an answer that was not the answer to what was asked. */
    void misfit(ReplyCheck.MisfitException e) {
        misfit = "at " + clock.instant() + " the security module at " + settings.address()
                + " gave an answer that does not fit the request: " + e.getMessage()
                + "; nothing of it was used. Is it the right module, and healthy?";
    }

    /** Remembers a status, and gives back the keys in it. */
    ClientKeys told(List<NodeStatus> nodes) throws SecurityModuleException {
        ClientKeys told;
        try {
            told = ClientKeys.of(nodes, settings.keys());
        } catch (ClientKeys.UnfitStatusException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the security module at " + settings.address() + " is not used: " + e.getMessage()
                            + "; mend the module or the configuration",
                    e);
        }
        keys = told;
        last = status(nodes, told);
        return told;
    }

    private ModuleStatus status(List<NodeStatus> nodes, ClientKeys told) {
        List<String> alerts = new ArrayList<>();
        boolean ready = !nodes.isEmpty();
        boolean sampleTables = false;
        for (NodeStatus node : nodes) {
            node.alerts().forEach(alert -> alerts.add(ClientFaults.clean(alert.eMsgEn())));
            ready &= Boolean.parseBoolean(node.info().getOrDefault("metermint.ready", "true"));
            sampleTables |= Boolean.parseBoolean(node.info().getOrDefault("metermint.sampleTables", "false"));
        }
        Map<String, String> first =
                nodes.isEmpty() ? Map.of() : nodes.getFirst().info();
        int testOnly =
                (int) told.keys().stream().filter(VendingKeyInfo::testOnly).count();
        return new ModuleStatus(
                ClientFaults.printable(first.getOrDefault("ModuleId", settings.address())),
                time(first.get("smqd.ex.RtcTimeUtc")),
                ready,
                number(first.get("Counter")),
                told.keys().size(),
                testOnly,
                sampleTables,
                alerts);
    }

    private Instant time(@Nullable String text) {
        try {
            return text == null ? clock.instant() : Instant.from(TIME.parse(text));
        } catch (DateTimeException e) {
            return clock.instant();
        }
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** As last told. */
    ModuleStatus status() {
        ModuleStatus told = last;
        return told == null ? unknown(List.of()) : with(told, told.ready(), told.alerts());
    }

    /** The state of a module that has just not told it. */
    ModuleStatus without(SecurityModuleException why) {
        ModuleStatus told = last;
        List<String> alerts = List.of(String.valueOf(why.getMessage()));
        return told == null ? unknown(alerts) : with(told, false, alerts);
    }

    private ModuleStatus unknown(List<String> alerts) {
        return new ModuleStatus(settings.address(), clock.instant(), false, 0, 0, 0, false, alerts);
    }

    private ModuleStatus with(ModuleStatus told, boolean ready, List<String> alerts) {
        List<String> all = new ArrayList<>();
        String wrong = misfit;
        if (wrong != null) {
            all.add(wrong);
        }
        all.addAll(alerts);
        return new ModuleStatus(
                told.moduleId(),
                told.time(),
                ready,
                told.issuedMessages(),
                told.vendingKeys(),
                told.testOnlyKeys(),
                told.sampleTables(),
                all);
    }
}
