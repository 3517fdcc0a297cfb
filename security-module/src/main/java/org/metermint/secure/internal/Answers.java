package org.metermint.secure.internal;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/** What a caller is told of a request. */
final class Answers {
    private Answers() {}

    /** The answer to a request whose id is bound: the result of the same request, a refusal of any other. */
    static IssueOutcome repeat(IssuedMessage bound, IssueRequest request) {
        if (bound.request().equals(request)) {
            return new IssueOutcome.Issued(bound.result());
        }
        return refused(
                request,
                Kind.MESSAGE_ID_REUSED,
                "message id " + request.messageId() + " stands for another request (it differs in "
                        + difference(bound.request(), request) + "); give a new request an id of its own");
    }

    private static String difference(IssueRequest bound, IssueRequest request) {
        if (bound.getClass() != request.getClass()) {
            return "kind";
        }
        List<String> names = new ArrayList<>();
        for (RecordComponent component : bound.getClass().getRecordComponents()) {
            try {
                if (!Objects.equals(
                        component.getAccessor().invoke(bound),
                        component.getAccessor().invoke(request))) {
                    names.add(component.getName());
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("accessors of a public record are public", e);
            }
        }
        return String.join(", ", names);
    }

    static IssueOutcome.Refused refused(IssueRequest request, Kind kind, String message) {
        return new IssueOutcome.Refused(request.messageId(), new SecurityModuleException(kind, message));
    }
}
