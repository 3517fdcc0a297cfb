package org.metermint.secure.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.thrift.TException;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.TokenKind;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.token.SupplyGroupCode;

/** A module on the public test keys, users of it, and a server over real TLS on a free port of the loopback. */
public final class ServerFixture implements AutoCloseable {
    /** May everything. */
    public static final String ADMIN = "till-1";
    /** May sell electricity in supply group 201457 only. */
    static final String SELLER = "till-2";

    public static final String PASSWORD = "correct horse battery";
    private static final PasswordHash HASH = PasswordHash.of(PASSWORD.toCharArray());

    final TestModules.TestClock clock = new TestModules.TestClock();
    private final Path directory;
    private final Path certificate;
    SoftwareSecurityModule module;
    SecurityModuleServer server;

    public ServerFixture(Path directory) throws Exception {
        this(directory, settings());
    }

    ServerFixture(Path directory, ServerSettings settings) throws Exception {
        this.directory = directory;
        this.certificate = Certificates.server();
        open(settings);
    }

    static ServerSettings settings() {
        return ServerSettings.standard(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void open(ServerSettings settings) throws IOException, SecurityModuleException, GeneralSecurityException {
        module = TestModules.open(directory.resolve("module"), clock.clock());
        module.loadTestOnlyVendingKeys();
        setClients(List.of(client(ADMIN, Set.of(TokenKind.values()), null, 0), seller(0)));
        server = SecurityModuleServer.start(
                module, ServerTls.ofPkcs12(certificate, Certificates.PASSWORD.toCharArray()), settings, clock.clock());
    }

    /** Another life of server and module, on the same store. */
    void restart() throws Exception {
        close();
        open(settings());
    }

    static ClientPolicy seller(int tokensPerSecond) {
        return client(SELLER, Set.of(TokenKind.CREDIT), Set.of(new SupplyGroupCode(201457)), tokensPerSecond);
    }

    static ClientPolicy client(String name, Set<TokenKind> kinds, Set<SupplyGroupCode> groups, int tokensPerSecond) {
        return new ClientPolicy(new ClientName(name), kinds, groups, tokensPerSecond, HASH);
    }

    /** The clients of the policy, besides the process itself. */
    void setClients(List<ClientPolicy> clients) throws SecurityModuleException {
        IssuePolicy standard = IssuePolicy.standard();
        List<ClientPolicy> all = new ArrayList<>(standard.clients());
        all.addAll(clients);
        module.setPolicy(new IssuePolicy(all, standard.limits(), standard.inhibitFrom(), Duration.ofDays(7)), "test");
    }

    public InetSocketAddress address() {
        return server.address();
    }

    Path certificate() {
        return certificate;
    }

    public SSLContext trust() throws IOException, GeneralSecurityException {
        return Certificates.trusting(certificate);
    }

    public WireClient connect() throws IOException, GeneralSecurityException {
        return new WireClient(trust(), address());
    }

    public WireClient signedIn(String user) throws IOException, GeneralSecurityException, ApiException, TException {
        WireClient client = connect();
        client.signIn(user, PASSWORD);
        return client;
    }

    /** A meter under the public test key of base date 2014, supply group 201457, revision 1. */
    public static MeterConfigIn meter(String drn, int ea) {
        return meter(drn, ea, 201457, 1);
    }

    static MeterConfigIn meter(String drn, int ea, int sgc, int krn) {
        return new MeterConfigIn(drn, ea, 2, sgc, krn, 1, null, null, 255, null, null, null);
    }

    static MeterConfigIn with(
            MeterConfigIn config, MeterConfigAmendment newConfig, Boolean allowKrn, Boolean allow3, Boolean allowKen) {
        return new MeterConfigIn(
                config.drn(),
                config.ea(),
                config.tct(),
                config.sgc(),
                config.krn(),
                config.ti(),
                newConfig,
                allowKrn,
                config.ken(),
                config.doe(),
                allow3,
                allowKen);
    }

    @Override
    public void close() {
        server.close();
        module.close();
    }
}
