package org.metermint.channel.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.refusal.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Every way in which a request ends without its answer, as a problem. */
@RestControllerAdvice
final class ProblemAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<Problem> refused(RefusedException refused) {
        return Answers.of(Problem.of(refused.refusal()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> problem(ProblemException known) {
        return Answers.of(known.problem());
    }

    @ExceptionHandler({NoResourceFoundException.class, NoHandlerFoundException.class})
    ResponseEntity<Problem> unknownPath() {
        return Answers.of(Problem.of(Fault.PATH_UNKNOWN, "no resource has this path"));
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongMethod(HttpRequestMethodNotSupportedException wrong) {
        return Answers.of(
                Problem.of(Fault.METHOD_NOT_ALLOWED, "the method is not among " + String.join(", ", allowed(wrong))),
                wrong.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongMediaType(HttpMediaTypeNotSupportedException wrong) {
        return Answers.of(
                Problem.of(
                        Fault.MEDIA_TYPE_UNSUPPORTED,
                        "the body must be application/json",
                        Optional.of(HttpHeaders.CONTENT_TYPE),
                        Optional.ofNullable(wrong.getContentType()).map(String::valueOf)),
                wrong.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> notAcceptable(HttpMediaTypeNotAcceptableException wrong) {
        return Answers.of(Problem.of(
                Fault.NOT_ACCEPTABLE,
                "the answer comes as " + wrong.getSupportedMediaTypes(),
                Optional.of(HttpHeaders.ACCEPT),
                Optional.empty()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> missingParameter(MissingServletRequestParameterException missing) {
        return Answers.of(Problem.of(
                Fault.PARAMETER_INVALID,
                "the parameter is missing",
                Optional.of(missing.getParameterName()),
                Optional.empty()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongParameter(MethodArgumentTypeMismatchException wrong) {
        if (AnnotatedElementUtils.hasAnnotation(wrong.getParameter().getParameter(), PathVariable.class)) {
            return unknownPath();
        }
        return Answers.of(Problem.of(
                Fault.PARAMETER_INVALID,
                "it needs " + (wrong.getRequiredType() == Integer.class ? "a whole number" : "another form"),
                Optional.of(wrong.getName()),
                Optional.of(String.valueOf(wrong.getValue()))));
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadable(HttpMessageNotReadableException unreadable) {
        return Answers.of(Problem.of(Fault.JSON_MALFORMED, "the body is missing or broke off"));
    }

    /** The client has gone: nobody is there to answer. */
    @ExceptionHandler
    void gone(AsyncRequestNotUsableException gone) {
        LOG.debug("client gone before the answer", gone);
    }

    @ExceptionHandler
    ResponseEntity<Problem> anyOther(Exception unforeseen, HttpServletRequest request) {
        if (unforeseen instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            return Answers.of(Problem.of(Fault.REQUEST_MALFORMED, "the request does not fit this path"));
        }
        UUID reference = UUID.randomUUID();
        LOG.error("{} {} failed, reference {}", request.getMethod(), RequestLog.route(request), reference, unforeseen);
        return Answers.of(Problem.of(Fault.INTERNAL, "reference " + reference));
    }

    private static String[] allowed(HttpRequestMethodNotSupportedException wrong) {
        String[] methods = wrong.getSupportedMethods();
        return methods == null ? new String[] {} : methods;
    }
}
