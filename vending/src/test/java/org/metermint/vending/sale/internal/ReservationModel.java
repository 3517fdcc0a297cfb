package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.metermint.token.TokenIdentifier;

/**
 * Reservations at once over what PostgreSQL promises them under READ COMMITTED: a statement sees what was committed when it
 * began; a row lock holds until its transaction ends, and whoever waited for it sees the row as it is then; whoever
 * inserts a key that another has inserted waits for that one's end. Identifiers are allotted by {@link KeyPlan#allot}.
 *
 * <p>Each actor is one transaction over a batch: lock the meters, look the requests up, insert those that are new, write
 * and commit. It begins again if a request was decided meanwhile. One that dies goes without a trace, at any of its steps.
 */
final class ReservationModel implements Interleavings.World {
    /** A request of a client: its id, what it asks for, and for which meter. */
    record Asked(String request, int body, int meter) {}

    /** A sale that is committed. */
    record Sold(String request, int body, int meter, TokenIdentifier tid) {}

    /** What the order of a reservation rests on; a test takes one away to see that it is needed. */
    enum Rule {
        LOCKS_FIRST,
        LOCKS_IN_ORDER,
        REQUEST_IS_A_KEY
    }

    private static final int NEVER = Integer.MAX_VALUE;

    private final KeyPlan plan;
    private final Instant now;
    private final Set<Rule> rules;
    private final List<Actor> actors = new ArrayList<>();

    private final Map<Integer, TokenIdentifier> last = new HashMap<>();
    private final Map<Integer, Actor> locks = new HashMap<>();
    private final Map<String, Actor> inserting = new HashMap<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private final List<Sold> sold = new ArrayList<>();

    ReservationModel(KeyPlan plan, Instant now, Set<Rule> rules) {
        this.plan = plan;
        this.now = now;
        this.rules = rules;
    }

    ReservationModel with(Asked... batch) {
        actors.add(new Actor(List.of(batch), NEVER));
        return this;
    }

    /** A batch whose server dies before its step of that number, if it gets so far. */
    ReservationModel withOneThatDies(int before, Asked... batch) {
        actors.add(new Actor(List.of(batch), before));
        return this;
    }

    /** What is committed, in the order of commits. */
    List<Sold> sold() {
        return sold;
    }

    /** The bodies that requests are bound to. */
    Map<String, Integer> requests() {
        return requests;
    }

    @Override
    public List<Integer> ready() {
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < actors.size(); i++) {
            if (!actors.get(i).ended && actors.get(i).isReady()) {
                ready.add(i);
            }
        }
        return ready;
    }

    @Override
    public void step(int actor) {
        actors.get(actor).step();
    }

    @Override
    public boolean isFinished() {
        return actors.stream().allMatch(actor -> actor.ended);
    }

    private final class Actor {
        private final List<Asked> batch;
        private final List<Integer> meters;
        private final int diesBefore;
        private final Set<String> known = new HashSet<>();
        private final Map<Integer, TokenIdentifier> seen = new HashMap<>();
        private int at;
        private int steps;
        private boolean ended;

        Actor(List<Asked> batch, int diesBefore) {
            this.batch = batch;
            this.diesBefore = diesBefore;
            List<Integer> wanted = batch.stream().map(Asked::meter).distinct().toList();
            this.meters = rules.contains(Rule.LOCKS_IN_ORDER) ? List.copyOf(new TreeSet<>(wanted)) : wanted;
        }

        private int lookUp() {
            return rules.contains(Rule.LOCKS_FIRST) ? meters.size() : 0;
        }

        private int firstInsert() {
            return meters.size() + 1;
        }

        private int meterAt() {
            return meters.get(at - (rules.contains(Rule.LOCKS_FIRST) ? 0 : 1));
        }

        private boolean isLock() {
            return at != lookUp() && at < firstInsert();
        }

        boolean isReady() {
            if (steps >= diesBefore) {
                return true;
            }
            if (isLock()) {
                return locks.getOrDefault(meterAt(), this) == this;
            }
            return at < firstInsert()
                    || at == firstInsert() + batch.size()
                    || !rules.contains(Rule.REQUEST_IS_A_KEY)
                    || inserting.getOrDefault(inserted().request(), this) == this;
        }

        private Asked inserted() {
            return batch.get(at - firstInsert());
        }

        void step() {
            if (steps++ >= diesBefore) {
                rollBack();
                ended = true;
            } else if (isLock()) {
                locks.put(meterAt(), this);
                if (rules.contains(Rule.LOCKS_FIRST)) {
                    see(meterAt());
                }
                at++;
            } else if (at < firstInsert()) {
                batch.stream().map(Asked::request).filter(requests::containsKey).forEach(known::add);
                if (!rules.contains(Rule.LOCKS_FIRST)) {
                    meters.forEach(this::see);
                }
                at++;
            } else if (at < firstInsert() + batch.size()) {
                insert(inserted());
            } else {
                commit();
            }
        }

        private void see(int meter) {
            if (last.containsKey(meter)) {
                seen.put(meter, last.get(meter));
            }
        }

        private void insert(Asked asked) {
            if (!known.contains(asked.request()) && rules.contains(Rule.REQUEST_IS_A_KEY)) {
                if (requests.containsKey(asked.request())) {
                    rollBack(); // decided meanwhile: begins again, and finds it
                    return;
                }
                inserting.put(asked.request(), this);
            }
            at++;
        }

        private void commit() {
            for (Asked asked : batch) {
                if (known.contains(asked.request())) {
                    continue;
                }
                TokenIdentifier tid = plan.allot(seen.get(asked.meter()), now);
                seen.put(asked.meter(), tid);
                last.put(asked.meter(), tid);
                requests.put(asked.request(), asked.body());
                sold.add(new Sold(asked.request(), asked.body(), asked.meter(), Objects.requireNonNull(tid)));
            }
            rollBack(); // what is left: the locks
            ended = true;
        }

        private void rollBack() {
            locks.values().removeIf(holder -> holder == this);
            inserting.values().removeIf(holder -> holder == this);
            known.clear();
            seen.clear();
            at = 0;
        }
    }
}
