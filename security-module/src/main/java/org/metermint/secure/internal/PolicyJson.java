package org.metermint.secure.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssueLimit;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.LimitPeriod;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenKind;
import org.metermint.token.SupplyGroupCode;

/** A policy as JSON. What has no bound is null. */
public final class PolicyJson {
    private PolicyJson() {}

    /** See {@link org.metermint.secure.IssuePolicyJson#write}. */
    public static byte[] write(IssuePolicy policy) {
        return StrictJson.write(object(policy));
    }

    static Map<String, Object> object(IssuePolicy policy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clients", policy.clients().stream().map(PolicyJson::client).toList());
        json.put("limits", policy.limits().stream().map(PolicyJson::limit).toList());
        json.put("inhibitFrom", text(policy.inhibitFrom()));
        json.put("maxAheadMinutes", policy.maxAhead().toMinutes());
        return json;
    }

    private static Map<String, Object> client(ClientPolicy client) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", client.name().text());
        json.put("kinds", client.kinds().stream().sorted().map(Enum::name).toList());
        json.put("supplyGroups", supplyGroups(client.supplyGroups()));
        json.put("tokensPerSecond", client.tokensPerSecond() == 0 ? null : client.tokensPerSecond());
        PasswordHash password = client.password();
        json.put("password", password == null ? null : password.text());
        return json;
    }

    private static @Nullable List<String> supplyGroups(@Nullable Set<SupplyGroupCode> groups) {
        return groups == null
                ? null
                : groups.stream().map(SupplyGroupCode::digits).sorted().toList();
    }

    private static Map<String, Object> limit(IssueLimit limit) {
        Map<String, Object> json = new LinkedHashMap<>();
        SupplyGroupCode group = limit.supplyGroup();
        json.put("supplyGroup", group == null ? null : group.digits());
        json.put("kind", limit.kind().name());
        json.put("largestAmount", bound(limit.largestAmount()));
        json.put("period", limit.period().name());
        json.put("amountPerPeriod", bound(limit.amountPerPeriod()));
        json.put("countPerPeriod", bound(limit.countPerPeriod()));
        return json;
    }

    private static @Nullable Long bound(long value) {
        return value == IssueLimit.UNLIMITED ? null : (Long) value;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    /** Reads what somebody wrote, and tells them what is wrong with it. */
    public static IssuePolicy read(Path source, byte[] json) throws SecurityModuleException {
        return read(StrictJson.parseInput(source, json));
    }

    static IssuePolicy read(StrictJson json) throws SecurityModuleException {
        json.only("clients", "limits", "inhibitFrom", "maxAheadMinutes");
        List<ClientPolicy> clients = new ArrayList<>();
        for (StrictJson client : json.objects("clients")) {
            clients.add(readClient(client));
        }
        List<IssueLimit> limits = new ArrayList<>();
        for (StrictJson limit : json.objects("limits")) {
            limits.add(readLimit(limit));
        }
        Instant inhibitFrom = json.isNull("inhibitFrom") ? null : json.text("inhibitFrom", Instant::parse);
        Duration maxAhead = json.number("maxAheadMinutes", Duration::ofMinutes);
        return json.make(() -> new IssuePolicy(clients, limits, inhibitFrom, maxAhead));
    }

    private static ClientPolicy readClient(StrictJson json) throws SecurityModuleException {
        json.only("name", "kinds", "supplyGroups", "tokensPerSecond", "password");
        ClientName name = json.text("name", ClientName::new);
        Set<TokenKind> kinds = new LinkedHashSet<>(json.texts("kinds", StrictJson.oneOf(TokenKind.class)));
        Set<SupplyGroupCode> groups = json.isNull("supplyGroups")
                ? null
                : new LinkedHashSet<>(json.texts("supplyGroups", SupplyGroupCode::parse));
        int rate = json.isNull("tokensPerSecond") ? 0 : json.number("tokensPerSecond", PolicyJson::positive);
        PasswordHash password = json.isNull("password") ? null : json.text("password", PasswordHash::parse);
        return json.make(() -> new ClientPolicy(name, kinds, groups, rate, password));
    }

    private static int positive(int value) {
        if (value < 1) {
            throw new IllegalArgumentException(value + " is below 1; null is no bound");
        }
        return value;
    }

    private static IssueLimit readLimit(StrictJson json) throws SecurityModuleException {
        json.only("supplyGroup", "kind", "largestAmount", "period", "amountPerPeriod", "countPerPeriod");
        SupplyGroupCode group = json.isNull("supplyGroup") ? null : json.text("supplyGroup", SupplyGroupCode::parse);
        TokenKind kind = json.text("kind", StrictJson.oneOf(TokenKind.class));
        LimitPeriod period = json.text("period", StrictJson.oneOf(LimitPeriod.class));
        long largest = bound(json, "largestAmount");
        long amount = bound(json, "amountPerPeriod");
        long count = bound(json, "countPerPeriod");
        return json.make(() -> new IssueLimit(group, kind, largest, period, amount, count));
    }

    private static long bound(StrictJson json, String name) throws SecurityModuleException {
        return json.isNull(name) ? IssueLimit.UNLIMITED : json.longNumber(name);
    }
}
