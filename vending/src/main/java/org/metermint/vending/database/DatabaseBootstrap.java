package org.metermint.vending.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Makes a PostgreSQL (15 or later) ready for the server, and checks that it is.
 *
 * <p>Two roles share the work. {@value #OWNER} owns the schema and cannot log in; migrations run as it.
 * {@value #SERVER} logs in, owns nothing, is no superuser and does not bypass row-level security: whatever goes wrong
 * in the server, a transaction sees the rows of one utility and can change no history.
 */
public final class DatabaseBootstrap {
    /** Owns every table; migrations run as it. */
    public static final String OWNER = "metermint_owner";

    /** The role the server runs as. */
    public static final String SERVER = "metermint_server";

    /** Where everything lies. */
    public static final String SCHEMA = "metermint";

    /** The newest migration this program knows. */
    static final int SCHEMA_VERSION = 14;

    private static final Pattern DATABASE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final String serverUrl;
    private final String adminUser;
    private final @Nullable String adminPassword;

    /**
     * A bootstrap by an administrator.
     *
     * @param serverUrl {@code jdbc:postgresql://host:port}, without a database
     * @param adminUser a superuser, or a role that may create roles and databases
     */
    public DatabaseBootstrap(String serverUrl, String adminUser, @Nullable String adminPassword) {
        this.serverUrl = serverUrl;
        this.adminUser = adminUser;
        this.adminPassword = adminPassword;
    }

    /**
     * Creates roles, database and schema where they are missing, sets the server's password, and migrates. Doing it
     * again changes nothing but the password.
     *
     * @param database a-z, 0-9 and '_', beginning with a letter
     * @throws UnfitDatabaseException if the schema is newer than this program
     */
    public void prepare(String database, String serverPassword) {
        if (!DATABASE_NAME.matcher(database).matches()) {
            throw new IllegalArgumentException(
                    "database name '" + database + "' is not 1..63 of a-z, 0-9 and '_' beginning with a letter");
        }
        SingleConnectionDataSource admin = new SingleConnectionDataSource(url("postgres"), adminUser, password(), true);
        try {
            JdbcClient sql = JdbcClient.create(admin);
            // one bootstrap at a time in this cluster; released with the connection
            sql.sql("SELECT pg_advisory_lock(hashtext('metermint bootstrap'))")
                    .query()
                    .singleRow();
            createRoles(sql, serverPassword);
            createDatabase(sql, database);
            migrate(database);
        } finally {
            admin.destroy();
        }
    }

    private static void createRoles(JdbcClient sql, String serverPassword) {
        if (!exists(sql, "SELECT 1 FROM pg_roles WHERE rolname = ?", OWNER)) {
            sql.sql("CREATE ROLE " + OWNER + " NOLOGIN").update();
        }
        if (!exists(sql, "SELECT 1 FROM pg_roles WHERE rolname = ?", SERVER)) {
            sql.sql("CREATE ROLE " + SERVER + " LOGIN").update();
        }
        if (!exists(sql, "SELECT 1 WHERE pg_has_role(current_user, ?, 'MEMBER')", OWNER)) {
            sql.sql("GRANT " + OWNER + " TO CURRENT_USER").update();
        }
        String setPassword = sql.sql("SELECT format('ALTER ROLE " + SERVER + " PASSWORD %L', ?::text)")
                .param(serverPassword)
                .query(String.class)
                .single();
        sql.sql(setPassword).update();
    }

    private static void createDatabase(JdbcClient sql, String database) {
        if (!exists(sql, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
            sql.sql("CREATE DATABASE " + database + " OWNER " + OWNER + " ENCODING 'UTF8' TEMPLATE template0")
                    .update();
        }
        sql.sql("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC").update();
        sql.sql("GRANT CONNECT ON DATABASE " + database + " TO " + SERVER).update();
    }

    private void migrate(String database) {
        DataSource admin = new DriverManagerDataSource(url(database), adminUser, password());
        JdbcClient.create(admin)
                .sql("SET ROLE " + OWNER + "; CREATE SCHEMA IF NOT EXISTS " + SCHEMA + "; GRANT USAGE ON SCHEMA "
                        + SCHEMA + " TO " + SERVER)
                .update();
        Flyway flyway = Flyway.configure()
                .dataSource(admin)
                .initSql("SET ROLE " + OWNER)
                .defaultSchema(SCHEMA)
                .createSchemas(false)
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load();
        Arrays.stream(flyway.info().applied())
                .map(MigrationInfo::getVersion)
                .mapToInt(version -> version.getMajor().intValueExact())
                .max()
                .ifPresent(DatabaseBootstrap::refuseNewer);
        flyway.migrate();
        JdbcClient.create(admin)
                .sql("SET ROLE " + OWNER + "; GRANT SELECT ON " + SCHEMA + ".flyway_schema_history TO " + SERVER)
                .update();
    }

    /**
     * A pool of connections as the server's role.
     *
     * @param url {@code jdbc:postgresql://host:port/database}
     * @throws UnfitDatabaseException if {@link #check} finds the database or the role unfit
     */
    public static HikariDataSource open(String url, String serverPassword, int poolSize) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(SERVER);
        config.setPassword(serverPassword);
        config.setMaximumPoolSize(poolSize);
        config.setPoolName("metermint");
        config.setConnectionTimeout(5_000);
        config.addDataSourceProperty("currentSchema", SCHEMA);
        config.addDataSourceProperty("ApplicationName", "metermint");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "30");
        // a plan is compiled by its estimated cost, which says nothing where the planner is held to indexes
        config.addDataSourceProperty("options", "-c jit=off");
        HikariDataSource pool = new HikariDataSource(config);
        try {
            check(pool);
            return pool;
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Checks what a server relies on: a role without power over row-level security, tables that force it, a schema of
     * this program's version.
     *
     * @throws UnfitDatabaseException naming what is wrong and the remedy
     */
    public static void check(DataSource server) {
        JdbcClient sql = JdbcClient.create(server);
        checkRole(sql);
        Integer version = sql.sql("SELECT max(version::int) FROM " + SCHEMA + ".flyway_schema_history WHERE success")
                .query(Integer.class)
                .single();
        refuseNewer(version);
        if (version < SCHEMA_VERSION) {
            throw new UnfitDatabaseException("the database has schema version " + version + ", this program needs "
                    + SCHEMA_VERSION + "; let an administrator's start migrate it first");
        }
        String open = sql.sql("""
                        SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), '') FROM pg_class
                        WHERE relnamespace = 'metermint'::regnamespace AND relkind IN ('r', 'p')
                          AND relname <> 'flyway_schema_history' AND NOT (relrowsecurity AND relforcerowsecurity)
                        """).query(String.class).single();
        if (!open.isEmpty()) {
            throw new UnfitDatabaseException("row-level security is not forced on " + open
                    + "; restore it with ALTER TABLE ... ENABLE and FORCE ROW LEVEL SECURITY");
        }
    }

    private static void checkRole(JdbcClient sql) {
        Map<String, Object> role = sql.sql("""
                        SELECT rolname, rolsuper, rolbypassrls, EXISTS (
                            SELECT 1 FROM pg_class c
                            WHERE c.relnamespace = 'metermint'::regnamespace AND c.relkind IN ('r', 'p')
                              AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns
                        FROM pg_roles WHERE rolname = current_user
                        """).query().singleRow();
        String name = "role " + role.get("rolname");
        String remedy =
                "; take that from it with ALTER ROLE ... NOSUPERUSER NOBYPASSRLS and REVOKE, or run the server as "
                        + SERVER + " without such power";
        if (Boolean.TRUE.equals(role.get("rolsuper"))) {
            throw new UnfitDatabaseException(name + " is a superuser: row-level security does not hold it" + remedy);
        }
        if (Boolean.TRUE.equals(role.get("rolbypassrls"))) {
            throw new UnfitDatabaseException(name + " has BYPASSRLS: row-level security does not hold it" + remedy);
        }
        if (Boolean.TRUE.equals(role.get("owns"))) {
            throw new UnfitDatabaseException(name + " owns tables, or may act as their owner" + remedy);
        }
    }

    /**
     * Checks that what is committed survives a crash.
     *
     * @throws UnfitDatabaseException naming the setting that is off
     */
    public static void checkDurable(DataSource server) {
        JdbcClient sql = JdbcClient.create(server);
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            String value = sql.sql("SELECT current_setting(?)")
                    .param(setting)
                    .query(String.class)
                    .single();
            if (value.equals("off")) {
                throw new UnfitDatabaseException("PostgreSQL runs with " + setting
                        + " off, so that a crash loses sales that were answered; set it on and restart");
            }
        }
    }

    private static void refuseNewer(int version) {
        if (version > SCHEMA_VERSION) {
            throw new UnfitDatabaseException("the database has schema version " + version
                    + ", written by a newer program; this one knows versions up to " + SCHEMA_VERSION
                    + ": start the newer program, or restore a backup from before its first start");
        }
    }

    private static boolean exists(JdbcClient sql, String query, String parameter) {
        return !sql.sql(query).param(parameter).query().listOfRows().isEmpty();
    }

    private String url(String database) {
        return serverUrl + "/" + database;
    }

    private String password() {
        return adminPassword == null ? "" : adminPassword;
    }
}
