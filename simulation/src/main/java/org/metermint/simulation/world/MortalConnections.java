package org.metermint.simulation.world;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database connections of a server that can die: before a statement or commit reaches the database, or after it took
 * effect and before anybody hears of it.
 */
final class MortalConnections implements DataSource {
    private static final Set<String> BOUNDARIES = Set.of(
            "execute",
            "executeQuery",
            "executeUpdate",
            "executeLargeUpdate",
            "executeBatch",
            "executeLargeBatch",
            "commit",
            "rollback",
            "setAutoCommit"); // of a driver, this commits

    private final DataSource pool;
    private final Fuse fuse;
    private final Set<Integer> backends = ConcurrentHashMap.newKeySet();

    MortalConnections(DataSource pool, Fuse fuse) {
        this.pool = pool;
        this.fuse = fuse;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!fuse.cross()) {
            throw dead();
        }
        Connection real = pool.getConnection();
        backends.add(backend(real));
        if (!fuse.hold(real)) {
            real.close();
            throw dead();
        }
        return wrap(Connection.class, real, real);
    }

    /** The processes of the database that this server was ever served by. */
    Set<Integer> backends() {
        return Set.copyOf(backends);
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private <T> T wrap(Class<T> type, T real, Connection connection) {
        InvocationHandler handler = (proxy, method, arguments) -> call(real, connection, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object call(Object real, Connection connection, Method method, Object @Nullable [] arguments)
            throws Throwable {
        boolean boundary = BOUNDARIES.contains(method.getName());
        if (boundary && !fuse.cross()) {
            throw dead();
        }
        if (real == connection && method.getName().equals("close")) {
            fuse.release(connection);
        }
        Object result;
        try {
            result = method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
        if (boundary && !fuse.cross()) {
            throw dead();
        }
        return switch (result) {
            case CallableStatement statement -> wrap(CallableStatement.class, statement, connection);
            case PreparedStatement statement -> wrap(PreparedStatement.class, statement, connection);
            case Statement statement -> wrap(Statement.class, statement, connection);
            case null, default -> result;
        };
    }

    private static SQLException dead() {
        return new SQLException("the server is dead", "08006");
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw new UnsupportedOperationException("the server has one role");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {
        throw new UnsupportedOperationException("nothing is written");
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
