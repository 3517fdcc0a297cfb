package org.metermint.vending.vendor.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.Client;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.VendorKind;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcClients implements Clients {
    private static final Pattern CLIENT_ID = Pattern.compile("[a-z0-9._-]{1,64}");
    private static final Pattern VENDOR_CODE = Pattern.compile("(?!" + NewVendor.RESERVED + "$)[a-z0-9-]{1,32}");
    private static final Pattern TERMINAL = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final int SECRET_OCTETS = 32;

    /** How long a credential that was right is taken for right without another look. */
    private static final Duration TRUST = Duration.ofSeconds(5);

    private static final int MOST_CHECKED = 10_000;

    /** A credential that was right: the digest of the secret, never the secret. */
    private record Checked(String sha256, ClientIdentity identity, long untilNanos) {
        boolean matches(byte[] offered) {
            return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), offered);
        }
    }

    private final Map<String, Checked> checked = new ConcurrentHashMap<>();
    private final UtilityTransactions transactions;
    private final Clock clock;
    private final RandomGenerator random;

    /** Clients whose secrets come from {@code random}, which must be cryptographically strong. */
    public JdbcClients(UtilityTransactions transactions, Clock clock, RandomGenerator random) {
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public ClientSecret create(UtilityId utility, String clientId, String vendorCode) {
        return create(utility, clientId, vendorCode, Role.SELLER, Optional.empty());
    }

    @Override
    public ClientSecret create(
            UtilityId utility, String clientId, String vendorCode, Role role, Optional<String> terminal) {
        require(CLIENT_ID, clientId, "client id is not 1..64 of a-z, 0-9, '.', '_' and '-'");
        require(
                VENDOR_CODE,
                vendorCode,
                "vendor code is not 1..32 of a-z, 0-9 and '-', or is '" + NewVendor.RESERVED + "'");
        terminal.ifPresent(
                name -> require(TERMINAL, name, "terminal is not 1..32 of letters, digits, '.', '_' and '-'"));
        ClientSecret secret = new ClientSecret(clientId, newSecret());
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        int created = transactions.in(utility, sql -> {
            sql.sql("INSERT INTO vendor (utility_id, code, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                    .params(utility.value(), vendorCode, now)
                    .update();
            requireRoom(sql, utility, vendorCode);
            return sql.sql("""
                            INSERT INTO client (client_id, utility_id, vendor_code, role, terminal, secret_sha256,
                                created_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            clientId,
                            utility.value(),
                            vendorCode,
                            role.name(),
                            terminal.orElse(null),
                            sha256(secret.secret()),
                            now))
                    .update();
        });
        if (created == 0) {
            throw new RefusedException(RefusalCode.ALREADY_EXISTS, "client id " + clientId + " is taken");
        }
        return secret;
    }

    /** Locks the vendor: two clients at once would both find room. */
    private static void requireRoom(JdbcClient sql, UtilityId utility, String vendorCode) {
        String kind = sql.sql("SELECT kind FROM vendor WHERE utility_id = ? AND code = ? FOR NO KEY UPDATE")
                .params(utility.value(), vendorCode)
                .query(String.class)
                .single();
        boolean full = VendorKind.valueOf(kind) == VendorKind.SINGLE_CLIENT
                && sql.sql("""
                                SELECT count(*) FROM client
                                WHERE utility_id = ? AND vendor_code = ? AND disabled_at IS NULL
                                """)
                                .params(utility.value(), vendorCode)
                                .query(Long.class)
                                .single()
                        > 0;
        if (full) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "vendor " + vendorCode + " may have one client, and has one");
        }
    }

    @Override
    public List<Client> of(UtilityId utility, String vendorCode) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM client WHERE utility_id = ? AND vendor_code = ? ORDER BY client_id")
                        .params(utility.value(), vendorCode)
                        .query(JdbcClients::read)
                        .list());
    }

    @Override
    public Optional<Client> find(UtilityId utility, String clientId) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM client WHERE client_id = ?")
                        .param(clientId)
                        .query(JdbcClients::read)
                        .optional());
    }

    private static Client read(ResultSet row, int number) throws SQLException {
        return new Client(
                row.getString("client_id"),
                row.getString("vendor_code"),
                Role.valueOf(row.getString("role")),
                Optional.ofNullable(row.getString("terminal")),
                row.getObject("disabled_at") != null);
    }

    @Override
    public ClientSecret renew(UtilityId utility, String clientId) {
        ClientSecret secret = new ClientSecret(clientId, newSecret());
        requireChanged(transactions.in(
                utility,
                sql -> sql.sql("UPDATE client SET secret_sha256 = ?, disabled_at = NULL WHERE client_id = ?")
                        .params(sha256(secret.secret()), clientId)
                        .update()));
        checked.remove(clientId);
        return secret;
    }

    @Override
    public void disable(UtilityId utility, String clientId) {
        requireChanged(transactions.in(
                utility,
                sql -> sql.sql("UPDATE client SET disabled_at = coalesce(disabled_at, ?) WHERE client_id = ?")
                        .params(clock.instant().atOffset(ZoneOffset.UTC), clientId)
                        .update()));
        checked.remove(clientId);
    }

    @Override
    public Optional<ClientIdentity> authenticate(String clientId, String secret) {
        if (!CLIENT_ID.matcher(clientId).matches()) {
            return Optional.empty();
        }
        byte[] offered = sha256(secret);
        Checked before = checked.get(clientId);
        if (before != null && System.nanoTime() - before.untilNanos() < 0 && before.matches(offered)) {
            return Optional.of(before.identity());
        }
        Optional<ClientIdentity> identity = lookUp(clientId, offered);
        if (checked.size() >= MOST_CHECKED) {
            checked.clear();
        }
        identity.ifPresent(known -> checked.put(
                clientId, new Checked(HexFormat.of().formatHex(offered), known, System.nanoTime() + TRUST.toNanos())));
        return identity;
    }

    private Optional<ClientIdentity> lookUp(String clientId, byte[] offered) {
        return transactions.inNone(sql -> sql.sql("SELECT * FROM client_credential(?)")
                .param(clientId)
                .query((row, number) -> MessageDigest.isEqual(offered, row.getBytes("secret_sha256"))
                        ? Optional.of(new ClientIdentity(
                                new UtilityId(row.getLong("utility_id")),
                                row.getString("client_id"),
                                row.getString("vendor_code"),
                                Role.valueOf(row.getString("role"))))
                        : Optional.<ClientIdentity>empty())
                .optional()
                .flatMap(identity -> identity));
    }

    private String newSecret() {
        byte[] octets = new byte[SECRET_OCTETS];
        random.nextBytes(octets);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void require(Pattern pattern, String value, String otherwise) {
        if (!pattern.matcher(value).matches()) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, otherwise);
        }
    }

    private static void requireChanged(int rows) {
        if (rows == 0) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "there is no client of that id in this utility");
        }
    }
}
