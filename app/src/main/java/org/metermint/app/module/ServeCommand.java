package org.metermint.app.module;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.app.key.ConfiguredModule;
import org.metermint.app.key.StoreOptions;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.network.SecurityModuleServer;
import org.metermint.secure.network.ServerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code metermint security-module serve}: the network interface of STS modules over one key store. */
@Command(
        name = "serve",
        description = {
            "Offers a key store to vending systems on other hosts, over the network interface of STS modules, until it"
                    + " is told to stop. Clients sign in with the names and passwords of metermint key users.",
            "The first start makes a certificate of its own, whose fingerprint clients pin. Before all else it says"
                    + " where it listens; with --json in one line."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:standard input ended",
            "1:could not start",
            "2:not understood",
            "143:told to stop by a signal"
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Address to listen on; default 127.0.0.1, which only this host reaches.")
    private String address = "";

    @Option(
            names = "--port",
            defaultValue = "" + ServerSettings.USUAL_PORT,
            paramLabel = "PORT",
            description = "Port to listen on; default ${DEFAULT-VALUE}, 0 takes a free one.")
    private int port;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description = "PKCS#12 file with private key and certificate; default: made in the directory of the store.")
    private @Nullable Path keystore;

    @Option(names = "--tls-password-file", paramLabel = "FILE", description = "File with the password of that file.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--until-input-ends",
            description = "Stop when standard input ends, and so with the process that started this one.")
    private boolean untilInputEnds;

    @Override
    public Integer call() throws InterruptedException {
        System.setProperty("metermint.log", "INFO");
        if ((keystore == null) != (passwordFile == null)) {
            throw new CommandFailure(
                    "a keystore and the file with its password belong together",
                    "Give both --tls-keystore and --tls-password-file, or neither.");
        }
        InetSocketAddress where = where();
        ConfiguredModule module = store.open();
        CountDownLatch ended = new CountDownLatch(1);
        try {
            ServerCertificate certificate = certificate();
            SecurityModuleServer server = listen(module, certificate, where);
            module.withControl();
            Stop stop = new Stop(server, module, ended);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop));
            ModuleStatus status = module.module().status();
            output.say(facts(server, certificate, status), words(server, certificate, status));
            if (untilInputEnds) {
                Thread.ofPlatform().daemon().name("parent-watch").start(() -> watchInput(stop));
            }
        } catch (RuntimeException e) {
            module.close();
            throw e;
        }
        ended.await();
        return 0;
    }

    /** Ends serving, once: asked by a signal or by the end of standard input. */
    private record Stop(SecurityModuleServer server, ConfiguredModule module, CountDownLatch ended)
            implements Runnable {
        @Override
        public synchronized void run() {
            if (ended.getCount() > 0) {
                server.close();
                module.close();
                ended.countDown();
            }
        }
    }

    private static void watchInput(Stop stop) {
        try (InputStream in = System.in) {
            while (in.read() >= 0) {
                // what is said does not matter
            }
        } catch (IOException e) {
            // it ended all the same
        }
        stop.run();
    }

    private InetSocketAddress where() {
        if (port < 0 || port > 65_535) {
            throw new CommandFailure("port " + port + " is outside 0..65535", "Give another --port.");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new CommandFailure(
                    "there is no address " + address, "Give an address of this host with --address.", e);
        }
    }

    private ServerCertificate certificate() {
        if (keystore != null && passwordFile != null) {
            return ServerCertificate.of(keystore, passwordFile);
        }
        Set<String> names = new LinkedHashSet<>(ServerCertificate.hostNames());
        names.add(address);
        return ServerCertificate.own(store.directory(), names);
    }

    private static SecurityModuleServer listen(
            ConfiguredModule module, ServerCertificate certificate, InetSocketAddress where) {
        try {
            return SecurityModuleServer.start(
                    module.module(), certificate.context(), ServerSettings.standard(where), Clock.systemUTC());
        } catch (IOException e) {
            throw new CommandFailure(
                    "nothing can listen on " + where.getAddress().getHostAddress() + " port " + where.getPort() + ": "
                            + e.getMessage(),
                    "Give another --port or --address; 0 takes a free port.",
                    e);
        }
    }

    private Map<String, Object> facts(SecurityModuleServer server, ServerCertificate certificate, ModuleStatus status) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("address", server.address().getAddress().getHostAddress());
        facts.put("port", server.address().getPort());
        facts.put("certificate_sha256", certificate.fingerprint());
        facts.put("module", status.moduleId());
        facts.put("store", store.directory().toString());
        facts.put("keys", status.vendingKeys());
        facts.put("alerts", status.alerts());
        return facts;
    }

    private String words(SecurityModuleServer server, ServerCertificate certificate, ModuleStatus status) {
        StringBuilder words = new StringBuilder("""
                Security module %s is up.
                  listens on   %s port %d
                  certificate  SHA-256 %s%s
                  store        %s
                  keys         %d
                """.formatted(
                        status.moduleId(),
                        server.address().getAddress().getHostAddress(),
                        server.address().getPort(),
                        certificate.fingerprint(),
                        certificate.isNew() ? "\n               made just now; clients pin it" : "",
                        store.directory(),
                        status.vendingKeys()));
        List<String> alerts = status.alerts();
        alerts.forEach(alert -> words.append("! ").append(alert).append('\n'));
        return words.append("\nStop it with Ctrl-C.").toString();
    }
}
