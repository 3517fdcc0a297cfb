package org.metermint.simulation.world;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueRequest;
import org.metermint.token.TokenIdentifier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stands at the security module and sees every request before it is issued: a durable row must name it (invariant 2), and
 * of one meter's keys with one base date identifiers must come in rising order (invariant 4).
 */
final class Witness {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final JdbcClient database;
    private final ConcurrentLinkedQueue<String> breaches = new ConcurrentLinkedQueue<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, TokenIdentifier> last = new HashMap<>();

    Witness(JdbcClient database) {
        this.database = database;
    }

    /** Called on the threads of the server. */
    synchronized void asked(IssueRequest request) {
        String id = request.messageId().text();
        if (!seen.add(id)) {
            return;
        }
        if (!isNamed(id)) {
            breaches.add("the security module is asked for message " + id + ", which no row names");
        }
        if (request instanceof IssueCredit credit) {
            rises(credit, credit.tid());
        }
    }

    private boolean isNamed(String id) {
        if (!UUID_TEXT.matcher(id).matches()) {
            return false;
        }
        UUID uuid = UUID.fromString(id);
        return database.sql("SELECT count(*) FROM metermint.sale WHERE id = ? OR key_change_message_id = ?")
                        .params(uuid, uuid)
                        .query(Long.class)
                        .single()
                == 1;
    }

    private void rises(IssueCredit credit, @Nullable TokenIdentifier tid) {
        if (tid == null || tid.isReserved()) {
            breaches.add("the identifier of message " + credit.messageId() + " is none, or in the reserved minute");
            return;
        }
        String key = credit.meter().pan().digits() + "/"
                + credit.meter().supplyGroup().digits() + "/"
                + credit.meter().revision().value();
        TokenIdentifier before = last.put(key, tid);
        if (before != null && tid.compareTo(before) <= 0) {
            breaches.add("message " + credit.messageId() + " has identifier " + tid.minutes() + " after "
                    + before.minutes() + " of the same meter");
        }
    }

    /** What was wrong since this was last asked. */
    List<String> takeBreaches() {
        List<String> taken = List.copyOf(breaches);
        breaches.removeAll(taken);
        return taken;
    }
}
