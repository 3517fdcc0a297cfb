package org.metermint.vending.database;

import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.metermint.vending.refusal.RefusalCode;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Units of work for one utility: a transaction whose row-level security setting names the utility, for this
 * transaction only. Without it a statement sees no row. Work may run more than once and must change nothing but rows.
 *
 * <p>A unit of work within another of the same utility joins it. A database that cannot be reached is told as
 * {@link RefusalCode#DATABASE_UNAVAILABLE}; if the connection broke during the commit, the work may be done or not.
 */
public final class UtilityTransactions {
    private static final int ATTEMPTS = 5;

    private final JdbcClient sql;
    private final JdbcTemplate patient;
    private final TransactionTemplate transaction;
    private final TransactionTemplate apart;
    private final TransactionTemplate reading;
    private final TransactionTemplate none;
    private final Object boundUtility = new Object();

    public UtilityTransactions(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
        JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
        this.transaction = template(manager, TransactionDefinition.PROPAGATION_REQUIRED);
        this.apart = template(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.reading = template(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.reading.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.reading.setReadOnly(true);
        this.none = new TransactionTemplate(manager);
        this.none.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
        this.patient = new JdbcTemplate(dataSource);
    }

    private static TransactionTemplate template(JdbcTransactionManager manager, int propagation) {
        TransactionTemplate template = new TransactionTemplate(manager);
        template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        template.setPropagationBehavior(propagation);
        return template;
    }

    /**
     * Runs work that sees and writes the rows of one utility. If it throws, nothing is written.
     *
     * @throws IllegalStateException if a unit of work for another utility is under way on this thread
     */
    public <T> T in(UtilityId utility, Function<JdbcClient, T> work) {
        return in(utility, work, false);
    }

    /** Runs work like {@link #in}, and writes nothing of it: to see what would happen. */
    public <T> T inThenUndo(UtilityId utility, Function<JdbcClient, T> work) {
        return in(utility, work, true);
    }

    /** Runs work like {@link #in}, in a transaction of its own even within another unit of work. */
    public <T> T apart(UtilityId utility, Function<JdbcClient, T> work) {
        Object bound = TransactionSynchronizationManager.unbindResourceIfPossible(boundUtility);
        try {
            return run(apart, status -> bind(utility, work));
        } finally {
            if (bound != null) {
                TransactionSynchronizationManager.bindResource(boundUtility, bound);
            }
        }
    }

    /**
     * Reads at length: all statements see the database as of one instant, however long they take. Rows come in portions
     * to a statement that asks for them by its fetch size.
     */
    public <T> T reading(UtilityId utility, Function<JdbcClient, T> work) {
        return run(reading, status -> {
            patient.execute((ConnectionCallback<Boolean>) connection -> {
                connection.setNetworkTimeout(Runnable::run, 0); // the pool sets it back
                return true;
            });
            sql.sql("SELECT set_config('work_mem', '64MB', true)").query().singleRow();
            return bind(utility, work);
        });
    }

    private <T> T in(UtilityId utility, Function<JdbcClient, T> work, boolean undo) {
        Object bound = TransactionSynchronizationManager.getResource(boundUtility);
        if (bound != null) {
            if (!bound.equals(utility) || undo) {
                throw new IllegalStateException("a unit of work for " + bound + " cannot hold another"
                        + (undo ? " to undo" : " for " + utility));
            }
            return work.apply(sql);
        }
        return run(transaction, status -> {
            if (undo) {
                status.setRollbackOnly();
            }
            return bind(utility, work);
        });
    }

    private <T> T bind(UtilityId utility, Function<JdbcClient, T> work) {
        sql.sql("SELECT set_config('metermint.utility', ?, true)")
                .param(Long.toString(utility.value()))
                .query()
                .singleRow();
        TransactionSynchronizationManager.bindResource(boundUtility, utility);
        try {
            return work.apply(sql);
        } finally {
            TransactionSynchronizationManager.unbindResource(boundUtility);
        }
    }

    /**
     * Runs work that sees no utility's rows: all it can do is ask the directory functions of the schema. Each of its
     * statements is a transaction of its own.
     */
    public <T> T inNone(Function<JdbcClient, T> work) {
        return run(none, status -> work.apply(sql));
    }

    /** Runs a transaction; a victim of a deadlock or of a lost race runs again. */
    private static <T> T run(TransactionTemplate transaction, Function<TransactionStatus, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Objects.requireNonNull(transaction.execute(work::apply));
            } catch (ConcurrencyFailureException e) {
                if (attempt == ATTEMPTS) {
                    throw DatabaseFailures.unavailable(e);
                }
            } catch (DataAccessResourceFailureException
                    | RecoverableDataAccessException
                    | TransientDataAccessException
                    | TransactionException e) {
                throw DatabaseFailures.unavailable(e);
            } catch (DataAccessException e) {
                if (e.getRootCause() instanceof SQLException cause && DatabaseFailures.isUnavailable(cause)) {
                    throw DatabaseFailures.unavailable(e);
                }
                throw e;
            }
        }
    }
}
