package org.metermint.secure.network;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.Alert;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.NodeStatus;

/** Writes the state of the module as the interface shows it: names as hardware gives them, and one entry for each key. */
final class StatusWriter {
    /** Before supply group, revision and type of a vending key. */
    static final String VENDING_KEY = "metermint.vk.";

    /** What stands for "no bound" where hardware counts down. */
    private static final String UNLIMITED = "4294967295";

    /** Tokens a second of a client without a bound: what the server does on small hardware. */
    private static final int USUAL_RATE = 5_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private StatusWriter() {}

    static NodeStatus status(
            ModuleStatus status, ModuleIdentity identity, IssuePolicy policy, ClientPolicy client, KeyBook book)
            throws SecurityModuleException {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("ApiType", "vending");
        info.put("FirmwareId", "METERMINT");
        info.put("HardwareId", "SOFTWARE");
        info.put("ModuleId", status.moduleId());
        info.put("Counter", Long.toString(status.issuedMessages()));
        info.put("TxCounter", UNLIMITED);
        info.put("smqi.IdSm", identity.text(false));
        info.put("smpd.Tps", Integer.toString(client.tokensPerSecond() == 0 ? USUAL_RATE : client.tokensPerSecond()));
        info.put("smqd.ex.RtcTimeUtc", TIME.format(status.time()));
        Instant inhibitFrom = policy.inhibitFrom();
        if (inhibitFrom != null) {
            info.put("smcq.ex.InhibitVendDateUtc", TIME.format(inhibitFrom));
        }
        info.put("metermint.ready", Boolean.toString(status.ready()));
        info.put("metermint.sampleTables", Boolean.toString(status.sampleTables()));
        book.keys().stream()
                .filter(key -> client.covers(key.supplyGroup()))
                .forEach(key -> info.put(name(key), facts(key, book.now())));
        List<Alert> alerts = status.alerts().stream()
                .map(text -> new Alert(ErrorCode.SECURITY_MODULE.code(), text))
                .toList();
        return new NodeStatus(info, alerts);
    }

    private static String name(VendingKeyInfo key) {
        return VENDING_KEY + key.supplyGroup().digits() + "." + key.revision() + "."
                + key.type().number();
    }

    private static String facts(VendingKeyInfo key, Instant now) {
        return "base=" + key.baseDate().year()
                + ";ken=" + key.expiry()
                + ";from=" + key.activeFrom()
                + ";alg=" + key.algorithm()
                + ";kcv=" + key.keyCheckValue()
                + ";status=" + key.status(now).name().toLowerCase(Locale.ROOT)
                + ";testOnly=" + key.testOnly()
                + (key.expiredAt() == null ? "" : ";expired=" + key.expiredAt())
                + (key.destroyedAt() == null ? "" : ";destroyed=" + key.destroyedAt());
    }
}
