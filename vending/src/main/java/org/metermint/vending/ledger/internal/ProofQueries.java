package org.metermint.vending.ledger.internal;

import java.util.Locale;
import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Questions of the proof whose right answer is no row. Each row is something that is wrong: what it is, by its name, and
 * why. There are no foreign keys on the path of a sale, so what names something is asked here whether it is there.
 */
enum ProofQueries {
    /**
     * Every sale but those of free units has its entry, on its vendor's float with its tender, less commission that was kept
     * at once.
     */
    SALES_AND_ENTRIES("""
            SELECT coalesce(s.id, e.id)::text AS name,
                CASE WHEN s.id IS NULL THEN 'journal entry %s books a sale that is not there'
                     WHEN e.id IS NULL THEN 'sale %s is not booked'
                     WHEN s.due IS NULL THEN 'sale %s is of free units and is booked'
                     ELSE 'sale %s is not booked with its tender on the float of its vendor' END AS words
            FROM (SELECT id, vendor_code,
                      CASE WHEN tender > 0 THEN tender - CASE WHEN commission_net THEN commission ELSE 0 END END AS due
                  FROM sale WHERE utility_id = :utility) s
            FULL JOIN (SELECT id, accounts, amounts FROM journal_entry
                       WHERE utility_id = :utility AND kind = 'SALE') e ON e.id = s.id
            LEFT JOIN ledger_account f ON f.utility_id = :utility AND f.code = 'float/' || s.vendor_code
            WHERE s.id IS NULL OR (e.id IS NULL) <> (s.due IS NULL)
               OR s.due IS NOT NULL AND (SELECT coalesce(sum(p.amount), 0) FROM unnest(e.accounts, e.amounts) AS p (account, amount)
                   WHERE p.account = f.id) IS DISTINCT FROM s.due
            """),

    /** What other entries say of sales. */
    ENTRIES_OF_SALES("""
            SELECT e.id::text AS name, 'journal entry %s belongs to no sale' AS words
            FROM journal_entry e LEFT JOIN sale s ON s.utility_id = e.utility_id AND s.id = e.sale_id
            WHERE e.utility_id = :utility AND e.kind <> 'SALE' AND e.sale_id IS NOT NULL AND s.id IS NULL
            """),

    /** A sale that was refused, or unused by its meter, is booked back once, by the opposite of each posting; no other. */
    REVERSALS("""
            SELECT coalesce(o.sale_id, r.sale_id)::text AS name,
                CASE WHEN r.sale_id IS NULL THEN 'sale %s was refused and not booked back'
                     WHEN o.sale_id IS NULL THEN 'sale %s was booked back and not refused'
                     WHEN r.times > 1 THEN 'sale %s was booked back more than once'
                     ELSE 'sale %s was not booked back by the opposite of its entry' END AS words
            FROM (SELECT o.sale_id FROM sale_outcome o WHERE o.utility_id = :utility AND o.state = 'REFUSED'
                    AND (SELECT s.tender FROM sale s WHERE s.utility_id = o.utility_id AND s.id = o.sale_id) > 0
                  UNION ALL
                  SELECT sale_id FROM sale_reversal
                  WHERE utility_id = :utility AND decision = 'APPROVED' AND basis = 'METER_UNUSED') o
            FULL JOIN (SELECT sale_id, count(*) AS times, (array_agg(id))[1] AS id FROM journal_entry
                       WHERE utility_id = :utility AND kind = 'REVERSAL' GROUP BY sale_id) r ON r.sale_id = o.sale_id
            LEFT JOIN journal_entry b ON b.utility_id = :utility AND b.id = r.id
            LEFT JOIN journal_entry e ON e.utility_id = :utility AND e.id = r.sale_id
            WHERE o.sale_id IS NULL OR r.sale_id IS NULL OR r.times > 1 OR e.accounts IS DISTINCT FROM b.accounts
               OR ARRAY(SELECT -a.amount FROM unnest(e.amounts) WITH ORDINALITY AS a (amount, line) ORDER BY line)
                  IS DISTINCT FROM b.amounts
            """),

    /** What a sale names is there: account, meter, vendor, tariff version, and its request, which names it too. */
    SALES_AND_REGISTERS("""
            SELECT s.id::text AS name,
                CASE WHEN a.id IS NULL THEN 'sale %s names an account that is not there'
                     WHEN m.id IS NULL THEN 'sale %s names a meter that is not there'
                     WHEN v.code IS NULL THEN 'sale %s names a vendor that is not there'
                     WHEN t.version IS NULL THEN 'sale %s names a tariff version that is not there'
                     ELSE 'sale %s does not belong to its request' END AS words
            FROM sale s
            LEFT JOIN account a ON a.utility_id = s.utility_id AND a.id = s.account_id
            LEFT JOIN meter m ON m.utility_id = s.utility_id AND m.id = s.meter_id
            LEFT JOIN vendor v ON v.utility_id = s.utility_id AND v.code = s.vendor_code
            LEFT JOIN tariff_version t ON t.utility_id = s.utility_id AND t.tariff_id = s.tariff_id
                AND t.version = s.tariff_version
            LEFT JOIN request r ON r.utility_id = s.utility_id AND r.client_id = s.client_id
                AND r.request_id = s.request_id
            WHERE s.utility_id = :utility AND (a.id IS NULL OR m.id IS NULL OR v.code IS NULL OR t.version IS NULL
                OR r.sale_id IS DISTINCT FROM s.id)
            """),

    /** What names a sale: requests, outcomes, deliveries, attempts. */
    REQUESTS_AND_SALES("""
            SELECT r.sale_id::text AS name, 'sale %s is named by a request and is not there, or is of another' AS words
            FROM request r LEFT JOIN sale s ON s.utility_id = r.utility_id AND s.id = r.sale_id
            WHERE r.utility_id = :utility AND r.sale_id IS NOT NULL
              AND (s.client_id, s.request_id) IS DISTINCT FROM (r.client_id, r.request_id)
            """),

    OUTCOMES_AND_SALES("""
            SELECT o.sale_id::text AS name,
                CASE WHEN s.id IS NULL THEN 'sale %s has an outcome and is not there'
                     ELSE 'sale %s has a token without credit, or credit without a token' END AS words
            FROM sale_outcome o LEFT JOIN sale s ON s.utility_id = o.utility_id AND s.id = o.sale_id
            WHERE o.utility_id = :utility
              AND (s.id IS NULL OR o.state = 'ISSUED' AND (o.credit_token IS NULL) <> (s.credit_steps = 0))
            UNION ALL
            SELECT d.sale_id::text, 'sale %s was delivered and is not there'
            FROM sale_delivery d LEFT JOIN sale s ON s.utility_id = d.utility_id AND s.id = d.sale_id
            WHERE d.utility_id = :utility AND s.id IS NULL
            UNION ALL
            SELECT t.sale_id::text, 'sale %s was tried and is not there'
            FROM sale_attempt t LEFT JOIN sale s ON s.utility_id = t.utility_id AND s.id = t.sale_id
            WHERE t.utility_id = :utility AND s.id IS NULL
            """),

    /** The sales of a meter are a chain, and its token identifiers rise for each base date. */
    CHAINS_OF_METERS("""
            SELECT id::text AS name,
                CASE WHEN previous_sale_id IS DISTINCT FROM before
                     THEN 'sale %s names another as the one before it of the same meter'
                     WHEN tid % 1440 = 1 THEN 'sale %s has the token identifier of a reserved minute'
                     ELSE 'sale %s has a token identifier that does not rise' END AS words
            FROM (SELECT id, previous_sale_id, tid,
                         lag(id) OVER (PARTITION BY meter_id ORDER BY receipt_number) AS before,
                         lag(tid) OVER (PARTITION BY meter_id, base_date ORDER BY receipt_number) AS tid_before
                  FROM sale WHERE utility_id = :utility) s
            WHERE previous_sale_id IS DISTINCT FROM before OR tid % 1440 = 1 OR tid <= tid_before
            """),

    /** A meter's register names its last sale, and no token identifier above it is in use. */
    METERS_AND_SALES("""
            SELECT s.id::text AS name,
                CASE WHEN m.last_sale_id IS DISTINCT FROM s.id THEN 'sale %s is the last of its meter, whose register names another'
                     ELSE 'sale %s has a meter whose register holds a token identifier below one that was used' END AS words
            FROM (SELECT DISTINCT ON (meter_id) meter_id, id FROM sale WHERE utility_id = :utility
                  ORDER BY meter_id, receipt_number DESC) s
            JOIN (SELECT meter_id, max(tid) FILTER (WHERE base_date = 1993) AS t1993,
                         max(tid) FILTER (WHERE base_date = 2014) AS t2014, max(tid) FILTER (WHERE base_date = 2035) AS t2035
                  FROM sale WHERE utility_id = :utility GROUP BY meter_id) t ON t.meter_id = s.meter_id
            JOIN meter m ON m.utility_id = :utility AND m.id = s.meter_id
            WHERE m.last_sale_id IS DISTINCT FROM s.id
               OR t.t1993 > coalesce(m.last_tid_1993, -1) OR t.t2014 > coalesce(m.last_tid_2014, -1)
               OR t.t2035 > coalesce(m.last_tid_2035, -1)
            """),

    /** What moved a vendor's float by the word of two persons is in the books, and nothing else of its kind is. */
    MOVEMENTS("""
            SELECT coalesce(m.id::text, e.id::text) AS name,
                CASE WHEN m.id IS NULL THEN 'journal entry %s moves a float and nobody confirmed it'
                     ELSE 'float movement %s was confirmed and is not booked as such' END AS words
            FROM (SELECT id, kind, reference, entry_id FROM float_movement
                  WHERE utility_id = :utility AND entry_id IS NOT NULL) m
            FULL JOIN (SELECT id, kind, reference FROM journal_entry
                       WHERE utility_id = :utility AND kind IN ('DEPOSIT', 'WITHDRAWAL', 'COMMISSION')) e
                ON e.id = m.entry_id
            WHERE m.id IS NULL OR (e.kind, e.reference) IS DISTINCT FROM (m.kind, m.reference)
            """),

    /**
     * A vendor's float is what the books owe it. The books are summed once: joined as they are, PostgreSQL takes summing
     * them again for each vendor for free.
     */
    FLOATS("""
            WITH booked AS MATERIALIZED (
                SELECT account_id, sum(amount) AS amount
                FROM (SELECT unnest(accounts) AS account_id, unnest(amounts) AS amount FROM journal_entry
                      WHERE utility_id = :utility) p
                GROUP BY account_id
            )
            SELECT v.code AS name, 'the float of vendor %s is ' || v.balance || ' minor units; the books say '
                || -coalesce(b.amount, 0) AS words
            FROM vendor v
            LEFT JOIN ledger_account a ON a.utility_id = v.utility_id AND a.code = 'float/' || v.code
            LEFT JOIN booked b ON b.account_id = a.id
            WHERE v.utility_id = :utility AND coalesce(b.amount, 0) <> -v.balance
            """);

    private final String query;

    ProofQueries(String query) {
        this.query = query;
    }

    /** What the question is about, for people. */
    String subject() {
        return subject(this);
    }

    void run(JdbcClient sql, UtilityId utility, Faults faults) {
        run(this, query, sql, utility, faults);
    }

    /** The name of a question in words. */
    static String subject(Enum<?> question) {
        return question.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Asks a question, and tells the first of what is wrong. */
    static void run(Enum<?> question, String query, JdbcClient sql, UtilityId utility, Faults faults) {
        sql.sql("SELECT name, words, count(*) OVER () FROM (" + query + ") AS wrong ORDER BY name LIMIT "
                        + Faults.FIRST)
                .param("utility", utility.value())
                .query(row -> {
                    faults.add(question.name(), row.getString(2).formatted(row.getString(1)));
                    if (row.isFirst()) {
                        faults.addMore(question.name(), Math.max(0, row.getLong(3) - Faults.FIRST));
                    }
                });
    }
}
