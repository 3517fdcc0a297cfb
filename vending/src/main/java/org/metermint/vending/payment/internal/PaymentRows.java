package org.metermint.vending.payment.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentRequest;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Payments and their requests as rows. */
final class PaymentRows {
    private PaymentRows() {}

    /** What stands under a request id: a payment, or a refusal. */
    record Known(
            String body, @Nullable UUID payment, @Nullable Refusal refusal) {}

    static Optional<Known> known(JdbcClient sql, ClientIdentity client, String requestId) {
        return sql.sql("""
                        SELECT encode(body_sha256, 'hex') AS body, payment_id, refusal_code, refusal_detail
                        FROM debt_payment_request WHERE utility_id = ? AND client_id = ? AND request_id = ?
                        """)
                .params(client.utility().value(), client.clientId(), requestId)
                .query((row, number) -> {
                    String code = row.getString("refusal_code");
                    return new Known(
                            row.getString("body"),
                            row.getObject("payment_id", UUID.class),
                            code == null
                                    ? null
                                    : new Refusal(RefusalCode.valueOf(code), row.getString("refusal_detail")));
                })
                .optional();
    }

    /** Binds a request id to what became of it; false if it is bound already. */
    static boolean bind(
            JdbcClient sql,
            ClientIdentity client,
            PaymentRequest request,
            OffsetDateTime at,
            @Nullable UUID payment,
            @Nullable Refusal refusal) {
        return sql.sql("""
                                INSERT INTO debt_payment_request (utility_id, client_id, request_id, body_sha256,
                                    received_at, payment_id, refusal_code, refusal_detail)
                                VALUES (?, ?, ?, decode(?, 'hex'), ?, ?, ?, ?) ON CONFLICT DO NOTHING
                                """)
                        .params(Arrays.asList(
                                client.utility().value(),
                                client.clientId(),
                                request.requestId(),
                                PaymentBody.sha256(request),
                                at,
                                payment,
                                refusal == null ? null : refusal.code().name(),
                                refusal == null ? null : refusal.detail()))
                        .update()
                == 1;
    }

    static void insert(JdbcClient sql, UtilityId utility, long account, DebtPayment payment) {
        sql.sql("""
                        INSERT INTO debt_payment (utility_id, id, receipt_number, client_id, vendor_code, request_id,
                            received_at, account_id, payment, operator, terminal, shift_id, amount, owed_after)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(Arrays.asList(
                        utility.value(),
                        payment.id(),
                        payment.receiptNumber(),
                        payment.clientId(),
                        payment.vendor(),
                        payment.requestId(),
                        payment.receivedAt().atOffset(ZoneOffset.UTC),
                        account,
                        payment.payment().name(),
                        payment.operator().orElse(null),
                        payment.terminal().orElse(null),
                        payment.shift().orElse(null),
                        payment.amount(),
                        payment.owedAfter()))
                .update();
        int line = 0;
        for (DebtPayment.Part part : payment.parts()) {
            line++;
            sql.sql("""
                            INSERT INTO debt_payment_part (utility_id, payment_id, line, account_id, reference, label,
                                amount, balance_after)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            utility.value(),
                            payment.id(),
                            line,
                            account,
                            part.reference(),
                            part.label(),
                            part.amount(),
                            part.balanceAfter())
                    .update();
        }
    }

    static Optional<DebtPayment> find(JdbcClient sql, UtilityId utility, UUID id) {
        List<DebtPayment.Part> parts = sql.sql("""
                        SELECT * FROM debt_payment_part WHERE utility_id = ? AND payment_id = ? ORDER BY line
                        """)
                .params(utility.value(), id)
                .query((row, number) -> new DebtPayment.Part(
                        row.getString("reference"),
                        row.getString("label"),
                        row.getLong("amount"),
                        row.getLong("balance_after")))
                .list();
        return sql.sql("""
                        SELECT p.*, a.number AS account_number FROM debt_payment p
                        JOIN account a ON a.utility_id = p.utility_id AND a.id = p.account_id
                        WHERE p.utility_id = ? AND p.id = ?
                        """)
                .params(utility.value(), id)
                .query((row, number) -> read(row, parts))
                .optional();
    }

    private static DebtPayment read(ResultSet row, List<DebtPayment.Part> parts) throws SQLException {
        return new DebtPayment(
                Objects.requireNonNull(row.getObject("id", UUID.class)),
                row.getLong("receipt_number"),
                row.getString("client_id"),
                row.getString("vendor_code"),
                row.getString("request_id"),
                Objects.requireNonNull(row.getObject("received_at", OffsetDateTime.class))
                        .toInstant(),
                row.getString("account_number"),
                PaymentType.valueOf(row.getString("payment")),
                Optional.ofNullable(row.getString("operator")),
                Optional.ofNullable(row.getString("terminal")),
                Optional.ofNullable(row.getObject("shift_id", Long.class)),
                row.getLong("amount"),
                parts,
                row.getLong("owed_after"));
    }
}
