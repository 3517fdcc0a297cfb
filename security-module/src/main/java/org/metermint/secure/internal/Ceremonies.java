package org.metermint.secure.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.CeremonyTranscript;
import org.metermint.secure.EventKind;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.KeyCeremony.Contribution;
import org.metermint.secure.KeyCeremony.State;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;

/**
 * Ceremonies: components come in one by one, lie encrypted in the key file until the last is there, and leave it in the
 * same step that takes the key in.
 */
final class Ceremonies {
    private static final Pattern CHECK_VALUE = Pattern.compile("[0-9A-Fa-f]{6}");
    private static final int ID_OCTETS = 4;

    private final KeyRing keys;
    private final Clock clock;

    Ceremonies(KeyRing keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    List<KeyCeremony> all() {
        return keys.ceremonies().stream().map(CeremonyEntry::ceremony).toList();
    }

    KeyCeremony begin(VendingKeyFacts facts, int custodians, @Nullable String expectedCheckValue, String by)
            throws SecurityModuleException {
        String person = People.require("person who begins a ceremony", by);
        if (custodians < 2 || custodians > 3) {
            throw Policy.notPermitted(custodians + " custodians are outside 2..3");
        }
        VendingKeyName name = new VendingKeyName(facts.supplyGroup(), facts.revision(), facts.type());
        requireFree(name);
        KeyCeremony ceremony = new KeyCeremony(
                newId(),
                facts,
                custodians,
                expectedCheckValue == null ? null : checkValue("expected of the key", expectedCheckValue),
                person,
                now(),
                List.of(),
                State.OPEN,
                null,
                null,
                false);
        Map<String, String> told = told(ceremony, "begun");
        KeyFactsJson.json(facts).forEach((fact, value) -> told.put(fact, value.toString()));
        told.put("custodians", Integer.toString(custodians));
        if (ceremony.expectedCheckValue() != null) {
            told.put("expectedCheckValue", ceremony.expectedCheckValue());
        }
        keys.put(new CeremonyEntry(ceremony, List.of()), event(person, told));
        return ceremony;
    }

    private void requireFree(VendingKeyName name) throws SecurityModuleException {
        HeldKey present = keys.find(name).orElse(null);
        if (present != null && present.info().destroyedAt() == null) {
            throw new SecurityModuleException(
                    Kind.KEY_PRESENT,
                    "the key of " + name + " is there, with check value "
                            + present.info().keyCheckValue() + "; a new key needs a new revision");
        }
        for (KeyCeremony other : all()) {
            VendingKeyFacts facts = other.facts();
            if (other.state() == State.OPEN
                    && name.equals(new VendingKeyName(facts.supplyGroup(), facts.revision(), facts.type()))) {
                throw Policy.notPermitted("ceremony " + other.id() + " of " + other.begunAt() + " for the key of "
                        + name + " is open; go on with it, or abandon it first");
            }
        }
    }

    private String newId() {
        String id;
        do {
            id = HexFormat.of().formatHex(Aead.randomOctets(ID_OCTETS));
        } while (find(id) != null);
        return id;
    }

    private @Nullable CeremonyEntry find(String id) {
        return keys.ceremonies().stream()
                .filter(entry -> entry.ceremony().id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** What happened in a ceremony, signed. */
    CeremonyTranscript transcript(String id, IssueRegister register) throws SecurityModuleException {
        KeyCeremony ceremony = require(id).ceremony();
        List<RecordedEvent> steps = register.ceremonySteps().stream()
                .filter(step -> id.equals(step.event().facts().get("ceremony")))
                .toList();
        return TranscriptJson.sign(
                keys.module().toString(), now(), ceremony, steps, register.head(), register.signingKey());
    }

    private CeremonyEntry require(String id) throws SecurityModuleException {
        CeremonyEntry entry = find(id);
        if (entry == null) {
            throw Policy.notPermitted("there is no ceremony of that id; the list of ceremonies shows those there are");
        }
        return entry;
    }

    private CeremonyEntry open(String id) throws SecurityModuleException {
        CeremonyEntry entry = require(id);
        KeyCeremony ceremony = entry.ceremony();
        if (ceremony.state() != State.OPEN) {
            throw Policy.notPermitted("ceremony " + id + " is "
                    + (ceremony.state() == State.COMPLETE ? "complete" : "abandoned") + " since " + ceremony.endedAt()
                    + "; begin another one");
        }
        return entry;
    }

    /** Takes a component, and with the last one the key. The caller wipes its array. */
    KeyCeremony enter(String id, String custodian, byte[] component, String statedCheckValue)
            throws SecurityModuleException {
        String person = People.require("custodian", custodian);
        CeremonyEntry entry = open(id);
        KeyCeremony ceremony = entry.ceremony();
        String stated = checkValue("stated of the component", statedCheckValue);
        requireComponent(ceremony, person, component, stated);
        List<byte[]> all = new ArrayList<>();
        try {
            for (int i = 0; i < entry.components().size(); i++) {
                all.add(keys.component(id, i, entry.components().get(i)));
                if (KeyComponents.areSame(ceremony.facts().algorithm(), all.getLast(), component)) {
                    throw Policy.notPermitted("this component is that of "
                            + ceremony.contributions().get(i).custodian()
                            + ", and twice the same cancels itself out; enter the one of " + person + "'s own sheet");
                }
            }
            List<Contribution> contributions = new ArrayList<>(ceremony.contributions());
            contributions.add(new Contribution(person, now(), stated));
            if (contributions.size() < ceremony.custodians()) {
                return keep(entry, contributions, component);
            }
            all.add(component.clone());
            return complete(ceremony, contributions, all);
        } finally {
            all.forEach(octets -> Arrays.fill(octets, (byte) 0));
        }
    }

    private static void requireComponent(KeyCeremony ceremony, String person, byte[] component, String stated)
            throws SecurityModuleException {
        for (Contribution earlier : ceremony.contributions()) {
            if (People.same(earlier.custodian(), person)) {
                throw Policy.notPermitted(person + " entered a component of ceremony " + ceremony.id() + " at "
                        + earlier.at() + "; the next one is for another person");
            }
        }
        int octets = ceremony.facts().algorithm().keyOctets();
        if (component.length != octets) {
            throw Policy.notPermitted("component has " + component.length + " octets; one of a key of "
                    + ceremony.facts().algorithm() + " has " + octets + ", which are " + octets * 2
                    + " hexadecimal digits");
        }
        if (!KeyComponents.checkValue(component).equals(stated)) {
            throw Policy.notPermitted("the component that was entered does not have the check value " + stated
                    + "; compare every digit with the sheet and enter both again");
        }
        if (KeyComponents.isZero(ceremony.facts().algorithm(), component)) {
            throw Policy.notPermitted("a component of zeros keeps nothing from the other custodians; ask for another");
        }
    }

    private KeyCeremony keep(CeremonyEntry entry, List<Contribution> contributions, byte[] component)
            throws SecurityModuleException {
        KeyCeremony ceremony = with(entry.ceremony(), contributions, State.OPEN, null, null);
        List<SealedOctets> components = new ArrayList<>(entry.components());
        components.add(keys.sealComponent(ceremony.id(), components.size(), component));
        keys.put(new CeremonyEntry(ceremony, components), entered(ceremony, "entered"));
        return ceremony;
    }

    private KeyCeremony complete(KeyCeremony ceremony, List<Contribution> contributions, List<byte[]> components)
            throws SecurityModuleException {
        byte[] key = KeyComponents.combine(ceremony.facts().algorithm(), components);
        try {
            KeyRing.ClearKey clear = new KeyRing.ClearKey(ceremony.facts(), key);
            HeldKey whole = HeldKey.of(clear.facts, clear.octets);
            VendingKeyInfo info = whole.info();
            whole.wipe();
            String expected = ceremony.expectedCheckValue();
            if (expected != null && !expected.equals(info.keyCheckValue())) {
                throw Policy.notPermitted("the components make a key whose check value is not " + expected
                        + ", as it was stated when the ceremony began; the last one was not taken. Compare the check"
                        + " values of all sheets; if they are right, abandon the ceremony");
            }
            KeyCeremony complete = with(ceremony, contributions, State.COMPLETE, info, null);
            Map<String, String> told = entered(complete, "complete").facts();
            keys.add(
                    List.of(clear),
                    new CeremonyEntry(complete, List.of()),
                    event(contributions.getLast().custodian(), told));
            return complete;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    KeyCeremony abandon(String id, String by, String reason) throws SecurityModuleException {
        String person = People.require("person who abandons a ceremony", by);
        String why = People.requireReason(reason);
        KeyCeremony open = open(id).ceremony();
        KeyCeremony abandoned = with(open, open.contributions(), State.ABANDONED, null, now());
        Map<String, String> told = told(abandoned, "abandoned");
        told.put("reason", why);
        keys.put(new CeremonyEntry(abandoned, List.of()), event(person, told));
        return abandoned;
    }

    private KeyCeremony with(
            KeyCeremony ceremony,
            List<Contribution> contributions,
            State state,
            @Nullable VendingKeyInfo key,
            @Nullable Instant endedAt) {
        return new KeyCeremony(
                ceremony.id(),
                ceremony.facts(),
                ceremony.custodians(),
                ceremony.expectedCheckValue(),
                ceremony.begunBy(),
                ceremony.begunAt(),
                contributions,
                state,
                key == null ? endedAt : contributions.getLast().at(),
                key == null ? null : key.keyCheckValue(),
                key != null && key.testOnly());
    }

    private static AuditEvent entered(KeyCeremony ceremony, String step) {
        Contribution last = ceremony.contributions().getLast();
        Map<String, String> told = told(ceremony, step);
        told.put("component", Integer.toString(ceremony.contributions().size()));
        told.put("componentCheckValue", last.checkValue());
        if (ceremony.keyCheckValue() != null) {
            told.put("keyCheckValue", ceremony.keyCheckValue());
        }
        return event(last.custodian(), told);
    }

    private static Map<String, String> told(KeyCeremony ceremony, String step) {
        Map<String, String> told = new TreeMap<>();
        told.put("ceremony", ceremony.id());
        told.put("step", step);
        return told;
    }

    private static AuditEvent event(String by, Map<String, String> told) {
        return new AuditEvent(EventKind.CEREMONY_STEP, by, told);
    }

    private static String checkValue(String what, String text) throws SecurityModuleException {
        String digits = text.strip();
        if (!CHECK_VALUE.matcher(digits).matches()) {
            throw Policy.notPermitted(
                    "the check value " + what + " is not six hexadecimal digits; copy it from the sheet");
        }
        return digits.toUpperCase(Locale.ROOT);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
