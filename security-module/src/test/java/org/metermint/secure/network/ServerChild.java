package org.metermint.secure.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.TokenKind;

/** A module and its server in a process of their own, which a test kills. Arguments: store, port, certificate. */
final class ServerChild {
    private ServerChild() {}

    public static void main(String[] arguments) throws Exception {
        TestModules.TestClock clock = new TestModules.TestClock();
        SoftwareSecurityModule module = TestModules.open(Path.of(arguments[0]), clock.clock());
        module.loadTestOnlyVendingKeys();
        IssuePolicy standard = IssuePolicy.standard();
        List<ClientPolicy> clients = new ArrayList<>(standard.clients());
        clients.add(ServerFixture.client(ServerFixture.ADMIN, Set.of(TokenKind.values()), null, 0));
        module.setPolicy(new IssuePolicy(clients, standard.limits(), null, Duration.ofDays(7)), "test");
        SecurityModuleServer server = SecurityModuleServer.start(
                module,
                ServerTls.ofPkcs12(Path.of(arguments[2]), Certificates.PASSWORD.toCharArray()),
                ServerSettings.standard(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]))),
                clock.clock());
        System.out.println(server.address().getPort());
        System.in.read(); // until the parent is gone
        Runtime.getRuntime().halt(0);
    }
}
