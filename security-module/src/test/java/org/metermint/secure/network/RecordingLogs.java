package org.metermint.secure.network;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** The log of this module's tests: it goes nowhere, unless a test listens. */
public final class RecordingLogs implements SLF4JServiceProvider {
    private static volatile @Nullable List<String> listener;

    /** Everything that is logged from now on, at every level, with the stack traces. */
    static List<String> listen() {
        List<String> lines = new CopyOnWriteArrayList<>();
        listener = lines;
        return lines;
    }

    static void stop() {
        listener = null;
    }

    private static final class Line extends AbstractLogger {
        private static final long serialVersionUID = 1;

        Line(String name) {
            this.name = name;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            List<String> lines = listener;
            if (lines != null) {
                StringWriter text = new StringWriter();
                text.append(level + " " + name + " " + MessageFormatter.basicArrayFormat(message, arguments));
                if (thrown != null) {
                    thrown.printStackTrace(new PrintWriter(text, true));
                }
                lines.add(text.toString());
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return listener != null;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return listener != null;
        }

        @Override
        public boolean isDebugEnabled() {
            return listener != null;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return listener != null;
        }

        @Override
        public boolean isInfoEnabled() {
            return listener != null;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return listener != null;
        }

        @Override
        public boolean isWarnEnabled() {
            return listener != null;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return listener != null;
        }

        @Override
        public boolean isErrorEnabled() {
            return listener != null;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return listener != null;
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return Line::new;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0";
    }

    @Override
    public void initialize() {
        // there is nothing to prepare
    }
}
