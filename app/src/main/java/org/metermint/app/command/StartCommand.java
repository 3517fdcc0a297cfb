package org.metermint.app.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.Credential;
import org.metermint.app.demo.DemonstrationUtility;
import org.metermint.app.server.Server;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code metermint start}: the server, until it is told to stop. */
@Command(
        name = "start",
        description = "Starts the server. The first start makes the utility that the configuration names (or a"
                + " demonstration one, with public test keys, two tariffs and three customers) and a client credential,"
                + " which is shown this one time.",
        mixinStandardHelpOptions = true)
public final class StartCommand implements Callable<Integer> {

    @Mixin
    private DataOptions where = new DataOptions();

    @Mixin
    private Output output = new Output();

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on; 0 takes a free one.")
    private @Nullable String port;

    @Override
    public Integer call() throws InterruptedException {
        System.setProperty("metermint.log", "INFO");
        Settings settings = where.settings();
        if (port != null) {
            settings = settings.with(Setting.HTTP_PORT, port);
        }
        CountDownLatch stop = new CountDownLatch(1);
        Server server = Server.start(settings, where.data());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        if (DemonstrationUtility.isNamedBy(settings)) {
            furnish(server);
        }
        output.say(facts(server), words(server));
        stop.await(); // the shutdown hook ends the process
        return 0;
    }

    /** A demonstration utility that was just made can sell at once; one that is there already stays as it is. */
    private static void furnish(Server server) {
        server.installation().firstCredential().ifPresent(credential -> {
            DemonstrationUtility.install(server.installation());
            ClientFile.write(
                    server.installation().directory(),
                    server.url(),
                    new Credential(credential.clientId(), credential.secret()));
        });
    }

    private static Map<String, Object> facts(Server server) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("url", server.url());
        facts.put("data", server.installation().directory().path().toString());
        facts.put("utility", server.installation().utility().code());
        server.installation().firstCredential().ifPresent(credential -> {
            facts.put("client_id", credential.clientId());
            facts.put("client_secret", credential.secret());
        });
        return facts;
    }

    private static String words(Server server) {
        StringBuilder words = new StringBuilder("""
                Metermint is up at %s
                  health   %1$s/actuator/health
                  metrics  %1$s/actuator/prometheus
                  data     %s
                  utility  %s
                """.formatted(
                        server.url(),
                        server.installation().directory().path(),
                        server.installation().utility().settings().name()));
        server.installation()
                .firstCredential()
                .ifPresent(credential -> words.append("""

                A client credential was made. Keep it now: it is not shown again.
                  client  %s
                  secret  %s
                """.formatted(credential.clientId(), credential.secret())));
        return words.append("\nStop it with Ctrl-C.").toString();
    }
}
