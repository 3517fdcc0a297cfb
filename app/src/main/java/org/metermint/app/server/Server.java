package org.metermint.app.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.metermint.app.CommandFailure;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The running server. It starts the database while Spring reads its configuration, answers HTTP once both are ready,
 * and stops in the opposite order: no new requests, the last answers, then the database.
 */
public final class Server implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final String address;

    private Server(ConfigurableApplicationContext context, String address) {
        this.context = context;
        this.address = address;
    }

    /**
     * Starts a server on an installation, which is made first if need be.
     *
     * @throws CommandFailure saying what is in the way and the remedy
     */
    public static Server start(Settings settings, Path data) {
        prepareLogging();
        CompletableFuture<Installation> installation =
                CompletableFuture.supplyAsync(() -> Installation.open(settings, data), Server::inNewThread);
        try {
            return new Server(application(settings, installation).run(), settings.text(Setting.HTTP_ADDRESS));
        } catch (RuntimeException e) {
            installation
                    .thenAccept(Installation::close)
                    .exceptionally(alreadyTold -> null)
                    .join();
            throw explained(settings, e);
        }
    }

    /** Where the server answers. */
    public String url() {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return "http://" + host + ":" + port();
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** What the server works on. */
    public Installation installation() {
        return context.getBean(Installation.class);
    }

    @Override
    public void close() {
        context.close();
    }

    /** One logging system, logback.xml, before two threads begin to log. */
    private static void prepareLogging() {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        LoggerFactory.getILoggerFactory();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    private static void inNewThread(Runnable task) {
        Thread.ofPlatform().name("installation").start(task);
    }

    private static SpringApplication application(Settings settings, CompletableFuture<Installation> installation) {
        SpringApplication application = new SpringApplication(ServerConfiguration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false); // the command that started the server stops it
        application.setDefaultProperties(properties(settings));
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(Installation.class, installation::join));
        return application;
    }

    private static Map<String, Object> properties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.address", settings.text(Setting.HTTP_ADDRESS));
        properties.put("server.port", settings.text(Setting.HTTP_PORT));
        properties.put("server.shutdown", "graceful");
        properties.put("server.error.include-message", "never");
        properties.put("server.server-header", "");
        properties.put("server.tomcat.max-keep-alive-requests", "-1"); // a till stays connected all day
        properties.put("server.tomcat.max-connections", "2048"); // each holds memory; more wait to be taken in
        properties.put("spring.application.name", "metermint");
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", "20s");
        properties.put("spring.threads.virtual.enabled", "true");
        properties.put("spring.main.keep-alive", "true");
        // the channel measures its requests itself, at a tenth of the cost
        properties.put(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration");
        properties.put("management.endpoints.web.exposure.include", "health,prometheus");
        properties.put("management.endpoint.health.show-details", "never");
        properties.put("management.endpoint.health.show-components", "always");
        return properties;
    }

    /** What stopped the start, in the words of whoever can act on it. */
    private static RuntimeException explained(Settings settings, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailure known) {
                return known;
            }
            if (cause instanceof PortInUseException inUse) {
                return new CommandFailure(
                        "port " + inUse.getPort() + " on " + settings.text(Setting.HTTP_ADDRESS)
                                + " is in use by another program",
                        "Stop that program, or choose another port with --port or http.port (0 takes a free one).",
                        failure);
            }
            if (cause instanceof CompletionException
                    && cause.getCause() instanceof RuntimeException inner
                    && !(inner instanceof CommandFailure)) {
                return inner;
            }
        }
        return failure;
    }
}
