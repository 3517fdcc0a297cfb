package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Pricing;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The first step of a sale: one transaction that locks account and meter, looks the request up, prices it, allots the
 * token identifier, and writes request, sale and postings. The locks come before the look-up: under READ COMMITTED
 * each statement sees what was committed before it began.
 */
final class Reservations {
    /** What came of the attempt to reserve. */
    sealed interface Result {
        /** The request was decided, now or before. */
        record Decided(SaleAnswer answer) implements Result {}

        /** The request has a sale since this moment: no security module has been asked for its tokens. */
        record Reserved(UUID saleId) implements Result {}

        /** The request had a sale before, open or done. */
        record Known(UUID saleId) implements Result {}

        /** An earlier sale of the meter is open and must end first. */
        record Behind(UUID openSale) implements Result {}
    }

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final SupplyGroups supplyGroups;
    private final Tariffs tariffs;
    private final Ledger ledger;
    private final VendingKeys keys;
    private final TimeOrderedIds ids;

    Reservations(
            UtilityTransactions transactions,
            Utilities utilities,
            SupplyGroups supplyGroups,
            Tariffs tariffs,
            Ledger ledger,
            VendingKeys keys,
            TimeOrderedIds ids) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.supplyGroups = supplyGroups;
        this.tariffs = tariffs;
        this.ledger = ledger;
        this.keys = keys;
        this.ids = ids;
    }

    /**
     * Reserves, or finds what was decided before.
     *
     * @throws RefusedException only with a retryable code: nothing was written
     */
    Result reserve(ClientIdentity client, SaleRequest request, byte[] body, Instant now) {
        return transactions.in(client.utility(), sql -> new Attempt(sql, client, request, body, now).run());
    }

    /** One transaction. */
    private final class Attempt {
        private final JdbcClient sql;
        private final ClientIdentity client;
        private final SaleRequest request;
        private final byte[] body;
        private final Instant now;

        Attempt(JdbcClient sql, ClientIdentity client, SaleRequest request, byte[] body, Instant now) {
            this.sql = sql;
            this.client = client;
            this.request = request;
            this.body = body;
            this.now = now;
        }

        Result run() {
            Optional<Refusal> wrongNumber = Optional.empty();
            Optional<Locked> locked = Optional.empty();
            try {
                locked = lock(MeterNumbers.parse(request.meterNumber()));
            } catch (RefusedException e) {
                wrongNumber = Optional.of(e.refusal());
            }
            Optional<Result> before = lookUp();
            if (before.isPresent()) {
                return before.get();
            }
            if (wrongNumber.isPresent()) {
                return refuse(wrongNumber.get());
            }
            Optional<UUID> open = locked.flatMap(this::openSale);
            if (open.isPresent()) {
                return new Result.Behind(open.get());
            }
            try {
                return write(price(locked));
            } catch (RefusedException e) {
                if (e.refusal().code().retryable()) {
                    throw e;
                }
                return refuse(e.refusal());
            }
        }

        /** Locks account, then meter. */
        private Optional<Locked> lock(MeterPan pan) {
            return sql.sql("""
                            SELECT a.id AS account_id, a.supply_group AS account_supply_group,
                                a.tariff_index AS account_tariff_index, a.tariff_id, a.position_month,
                                a.position_units, m.*
                            FROM account a JOIN meter m ON m.utility_id = a.utility_id AND m.id = a.meter_id
                            WHERE m.utility_id = ? AND m.pan = ?
                            FOR NO KEY UPDATE OF a, m
                            """)
                    .params(client.utility().value(), pan.digits())
                    .query(Locked::read)
                    .optional();
        }

        private Optional<Result> lookUp() {
            return sql.sql("""
                            SELECT body_sha256, sale_id, refusal_code, refusal_detail FROM request
                            WHERE utility_id = ? AND client_id = ? AND request_id = ?
                            """)
                    .params(client.utility().value(), client.clientId(), request.requestId())
                    .query(this::readRequest)
                    .optional();
        }

        private Result readRequest(ResultSet row, int number) throws SQLException {
            if (!Arrays.equals(body, row.getBytes("body_sha256"))) {
                return new Result.Decided(new SaleAnswer.Refused(
                        new Refusal(
                                RefusalCode.REQUEST_ID_REUSED,
                                "meter, tender, currency or payment differ from those first sent under this request id"),
                        Optional.empty()));
            }
            UUID saleId = row.getObject("sale_id", UUID.class);
            return saleId != null
                    ? new Result.Known(saleId)
                    : new Result.Decided(new SaleAnswer.Refused(
                            new Refusal(
                                    RefusalCode.valueOf(row.getString("refusal_code")),
                                    row.getString("refusal_detail")),
                            Optional.empty()));
        }

        private Optional<UUID> openSale(Locked locked) {
            UUID last = locked.lastSaleId();
            boolean open = last != null
                    && sql.sql("SELECT 1 FROM sale_outcome WHERE utility_id = ? AND sale_id = ?")
                            .params(client.utility().value(), last)
                            .query()
                            .listOfRows()
                            .isEmpty();
            return open ? Optional.ofNullable(last) : Optional.empty();
        }

        /** Everything that decides about the sale; refuses in the order of {@link RefusalCode}. */
        private Priced price(Optional<Locked> found) {
            Utility utility = utilities.get(client.utility());
            UtilitySettings settings = utility.settings();
            long tender = minorUnits(settings);
            Locked locked = found.orElseThrow(this::unknownMeter);
            if (locked.status() == MeterStatus.BLOCKED) {
                throw new RefusedException(RefusalCode.METER_BLOCKED, "the meter is blocked for vending");
            }
            requireTender(utility, tender);
            Tariff tariff = tariffs.inForce(client.utility(), locked.tariffId(), now)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.TARIFF_NOT_IN_FORCE,
                            "tariff " + locked.tariffId() + " has no version in force at " + now));
            Assessment assessment = switch (Pricing.assess(
                    tariff,
                    locked.position(),
                    new Purchase.Tender(tender, settings.currency()),
                    now,
                    settings.zone())) {
                case Assessment priced -> priced;
                case org.metermint.tariff.Refusal refused -> throw translate(refused);
            };
            SupplyGroup group = supplyGroups
                    .find(client.utility(), locked.accountSupplyGroup())
                    .orElseThrow();
            MeterKeyState target = new MeterKeyState(
                    locked.key().pan(),
                    locked.key().algorithm(),
                    group.code(),
                    locked.accountTariffIndex(),
                    group.revision(),
                    group.type());
            KeyPlan plan = KeyPlan.of(locked.key(), target, locked.keyChangeTokens(), settings.keyChange(), keys, now);
            TokenIdentifier tid = plan.allot(locked.lastTid(plan.key().baseDate()), now);
            return new Priced(locked, tender, assessment, group, plan, tid);
        }

        private long minorUnits(UtilitySettings settings) {
            String wanted = settings.currency();
            if (!request.currency().equals(wanted)) {
                String offered = CURRENCY.matcher(request.currency()).matches() ? request.currency() : "no currency";
                throw new RefusedException(
                        RefusalCode.CURRENCY_MISMATCH,
                        "the tender is in " + offered + ", the utility sells in " + wanted);
            }
            BigDecimal tender = request.tender();
            if (tender.signum() <= 0) {
                throw new RefusedException(RefusalCode.TENDER_INVALID, "the tender is zero or negative");
            }
            if (tender.stripTrailingZeros().scale() > settings.minorDigits()) {
                throw new RefusedException(
                        RefusalCode.TENDER_INVALID,
                        "the tender has more decimals than the " + settings.minorDigits() + " of " + wanted);
            }
            BigDecimal limit = BigDecimal.valueOf(UtilitySettings.MAX_TENDER, settings.minorDigits());
            return tender.compareTo(limit) > 0
                    ? Long.MAX_VALUE
                    : tender.movePointRight(settings.minorDigits()).longValueExact();
        }

        private void requireTender(Utility utility, long tender) {
            UtilitySettings settings = utility.settings();
            if (tender < settings.smallestTender()) {
                throw new RefusedException(
                        RefusalCode.TENDER_TOO_SMALL,
                        "the tender is below the least, " + utility.money(settings.smallestTender()));
            }
            if (tender > settings.largestTender()) {
                throw new RefusedException(
                        RefusalCode.TENDER_TOO_LARGE,
                        "the tender is above the greatest, " + utility.money(settings.largestTender()));
            }
        }

        private RefusedException unknownMeter() {
            boolean known = !sql.sql("SELECT 1 FROM meter WHERE utility_id = ? AND pan = ?")
                    .params(
                            client.utility().value(),
                            MeterNumbers.parse(request.meterNumber()).digits())
                    .query()
                    .listOfRows()
                    .isEmpty();
            return known
                    ? new RefusedException(RefusalCode.ACCOUNT_MISSING, "the meter belongs to no account")
                    : new RefusedException(RefusalCode.METER_UNKNOWN, "the meter is not registered with this utility");
        }

        private Result refuse(Refusal refusal) {
            insertRequest(null, refusal);
            return new Result.Decided(new SaleAnswer.Refused(refusal, Optional.empty()));
        }

        private Result write(Priced priced) {
            UUID id = ids.next(now);
            insertSale(id, priced);
            insertRequest(id, null);
            sql.sql("""
                            UPDATE account SET position_month = ?, position_units = ? WHERE utility_id = ? AND id = ?
                            """)
                    .params(
                            priced.assessment().after().month().atDay(1),
                            priced.assessment().after().units(),
                            client.utility().value(),
                            priced.locked().accountId())
                    .update();
            BaseDate base = priced.plan().key().baseDate();
            sql.sql("UPDATE meter SET last_tid_" + base.year()
                            + " = ?, last_sale_id = ? WHERE utility_id = ? AND id = ?")
                    .params(
                            priced.tid().minutes(),
                            id,
                            client.utility().value(),
                            priced.locked().meterId())
                    .update();
            ledger.post(client.utility(), JournalEntry.ofSale(id, now, postings(priced)));
            sql.sql("UPDATE vendor SET balance = balance - ? WHERE utility_id = ? AND code = ?")
                    .params(priced.tender(), client.utility().value(), client.vendorCode())
                    .update();
            return new Result.Reserved(id);
        }

        /** The vendor owes the tender; energy, taxes and levies are earned. */
        private List<Posting> postings(Priced priced) {
            List<Posting> postings = new ArrayList<>();
            postings.add(new Posting("float/" + client.vendorCode(), priced.tender()));
            for (Line line : priced.assessment().lines()) {
                if (line.amount() != 0) {
                    postings.add(new Posting(
                            switch (line.kind()) {
                                case ENERGY -> "energy";
                                case TAX -> "tax/" + line.code();
                                case LEVY -> "levy/" + line.code();
                            },
                            -line.amount()));
                }
            }
            return postings;
        }

        /** Writes the request. Another transaction may have been first: then this one starts over and finds it. */
        private void insertRequest(@Nullable UUID saleId, @Nullable Refusal refusal) {
            int inserted = sql.sql("""
                            INSERT INTO request (utility_id, client_id, request_id, body_sha256, received_at, sale_id,
                                refusal_code, refusal_detail)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            client.utility().value(),
                            client.clientId(),
                            request.requestId(),
                            body,
                            now.atOffset(ZoneOffset.UTC),
                            saleId,
                            refusal == null ? null : refusal.code().name(),
                            refusal == null ? null : refusal.detail()))
                    .update();
            if (inserted == 0) {
                throw new OptimisticLockingFailureException("the same request was decided meanwhile");
            }
        }

        private void insertSale(UUID id, Priced priced) {
            Locked locked = priced.locked();
            MeterKeyState target = priced.plan().target();
            MeterKeyState from =
                    priced.plan().change().map(KeyPlan.Change::from).orElse(null);
            AccountPosition before = priced.assessment().before();
            sql.sql("""
                            INSERT INTO sale (utility_id, id, receipt_number, client_id, vendor_code, request_id,
                                received_at, account_id, meter_id, previous_sale_id, payment, tender, service,
                                tariff_id, tariff_version, position_month, position_units, units_after, assessment,
                                credit, credit_steps, pan, algorithm, supply_group, key_revision, tariff_index, key_type, base_date, tid,
                                from_supply_group, from_key_revision, from_tariff_index, from_key_type,
                                key_change_tokens, key_change_message_id)
                            VALUES (?, ?, nextval('receipt_number'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                                'UNITS', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(Arrays.asList(
                            client.utility().value(),
                            id,
                            client.clientId(),
                            client.vendorCode(),
                            request.requestId(),
                            now.atOffset(ZoneOffset.UTC),
                            locked.accountId(),
                            locked.meterId(),
                            locked.lastSaleId(),
                            request.payment().name(),
                            priced.tender(),
                            priced.group().service().name(),
                            priced.assessment().tariff().id(),
                            priced.assessment().tariff().version(),
                            before.month().atDay(1),
                            before.units(),
                            priced.assessment().after().units(),
                            AssessmentJson.write(priced.assessment()),
                            priced.creditTenths(),
                            target.pan().digits(),
                            target.algorithm().number(),
                            target.supplyGroup().digits(),
                            target.revision().value(),
                            target.tariffIndex().value(),
                            target.type().number(),
                            priced.plan().key().baseDate().year(),
                            priced.tid().minutes(),
                            from == null ? null : from.supplyGroup().digits(),
                            from == null ? null : from.revision().value(),
                            from == null ? null : from.tariffIndex().value(),
                            from == null ? null : from.type().number(),
                            priced.plan().change().map(KeyPlan.Change::tokens).orElse(null),
                            from == null ? null : ids.next(now)))
                    .update();
        }
    }

    private static RefusedException translate(org.metermint.tariff.Refusal refused) {
        RefusalCode code = switch (refused.code()) {
            case TARIFF_NOT_IN_FORCE -> RefusalCode.TARIFF_NOT_IN_FORCE;
            case MONTH_BEFORE_POSITION -> RefusalCode.CLOCK_BEHIND;
            case CURRENCY_MISMATCH -> RefusalCode.CURRENCY_MISMATCH;
            case TENDER_NOT_POSITIVE -> RefusalCode.TENDER_INVALID;
            case TENDER_BELOW_MINIMUM -> RefusalCode.TENDER_TOO_SMALL;
            case TENDER_ABOVE_MAXIMUM -> RefusalCode.TENDER_TOO_LARGE;
            case UNITS_NOT_POSITIVE, UNITS_WITHOUT_PRICE, UNITS_BELOW_MINIMUM -> RefusalCode.UNITS_TOO_FEW;
            case UNITS_ABOVE_MAXIMUM -> RefusalCode.UNITS_TOO_MANY;
        };
        return new RefusedException(code, refused.detail());
    }

    /** A sale that can be written. */
    private record Priced(
            Locked locked, long tender, Assessment assessment, SupplyGroup group, KeyPlan plan, TokenIdentifier tid) {
        /** The units of the sale: what the token decodes to. */
        long creditTenths() {
            return new CreditAmount(assessment.issuedTenths()).onToken().tenths();
        }
    }

    /** Account and meter as they stand under lock. */
    private record Locked(
            long accountId,
            SupplyGroupCode accountSupplyGroup,
            TariffIndex accountTariffIndex,
            String tariffId,
            AccountPosition position,
            long meterId,
            MeterKeyState key,
            int keyChangeTokens,
            MeterStatus status,
            @Nullable TokenIdentifier last1993,
            @Nullable TokenIdentifier last2014,
            @Nullable TokenIdentifier last2035,
            @Nullable UUID lastSaleId) {
        @Nullable TokenIdentifier lastTid(BaseDate base) {
            return switch (base) {
                case BASE_1993 -> last1993;
                case BASE_2014 -> last2014;
                case BASE_2035 -> last2035;
            };
        }

        static Locked read(ResultSet row, int number) throws SQLException {
            LocalDate month = Objects.requireNonNull(row.getObject("position_month", LocalDate.class));
            return new Locked(
                    row.getLong("account_id"),
                    SupplyGroupCode.parse(row.getString("account_supply_group")),
                    new TariffIndex(row.getInt("account_tariff_index")),
                    row.getString("tariff_id"),
                    new AccountPosition(YearMonth.from(month), row.getBigDecimal("position_units")),
                    row.getLong("id"),
                    new MeterKeyState(
                            new MeterPan(row.getString("pan")),
                            EncryptionAlgorithm.ofNumber(row.getInt("algorithm")),
                            SupplyGroupCode.parse(row.getString("supply_group")),
                            new TariffIndex(row.getInt("tariff_index")),
                            new KeyRevisionNumber(row.getInt("key_revision")),
                            KeyType.ofNumber(row.getInt("key_type"))),
                    row.getInt("key_change_tokens"),
                    MeterStatus.valueOf(row.getString("status")),
                    tid(row, "last_tid_1993"),
                    tid(row, "last_tid_2014"),
                    tid(row, "last_tid_2035"),
                    row.getObject("last_sale_id", UUID.class));
        }

        private static @Nullable TokenIdentifier tid(ResultSet row, String column) throws SQLException {
            Integer minutes = row.getObject(column, Integer.class);
            return minutes == null ? null : new TokenIdentifier(minutes);
        }
    }
}
