package bourse.bench.rung;

import bourse.bench.grpc.LoadVenue;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.client.VenueEndpoints;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A venue for gRPC rungs: one of our own in a {@link RungNode}, or one that is deployed somewhere. Blocking calls. */
final class RungVenue implements AutoCloseable {
    private final NodeProcess node;
    private final VenueEndpoints endpoints;
    private final String address;
    private final String admin;
    private final String token;
    private final Path authority;

    private RungVenue(final NodeProcess node, final VenueEndpoints endpoints, final String address, final String admin, final String token,
                      final Path authority) {
        this.node = node;
        this.endpoints = endpoints;
        this.address = address;
        this.admin = admin;
        this.token = token;
        this.authority = authority;
    }

    /** Engine and gateway. */
    static RungVenue plain(final RungPlan plan) throws IOException {
        return start("gateway", plan, Map.of(), null);
    }

    /** Engine and gateway, encrypted. */
    static RungVenue tls(final RungPlan plan) throws IOException, InterruptedException {
        final TlsFiles files = TlsFiles.make(Path.of(plan.directory()));
        return start("gateway", plan, Map.of("gateway.tls.certificate", files.certificate().toString(), "gateway.tls.key",
                files.key().toString()), files.certificate());
    }

    /** All three parts of a venue. */
    static RungVenue withMarketData(final RungPlan plan) throws IOException {
        return start("venue", plan, Map.of(), null);
    }

    /** Somebody else's. */
    static RungVenue deployed(final RungPlan.Deployed at) {
        return new RungVenue(null, null, at.address(), at.admin(), at.token(), at.authority() == null ? null : Path.of(at.authority()));
    }

    private static RungVenue start(final String role, final RungPlan plan, final Map<String, String> settings, final Path authority)
            throws IOException {
        final Map<String, String> all = new HashMap<>(plan.settings());
        all.putAll(settings);
        final NodeProcess node = new NodeProcess(role, Path.of(plan.directory()), all);
        final Path data = Path.of(node.fact("data"));
        final VenueEndpoints endpoints = VenueEndpoints.read(data);
        return new RungVenue(node, endpoints, endpoints.orderEntry(), endpoints.admin(), mint(KeyFile.openOrCreate(data)), authority);
    }

    private static String mint(final KeyFile key) {
        return new TokenMinter(key).mint("bourse-bench", LoadVenue.ACCOUNT, EnumSet.allOf(Right.class), new int[0], Duration.ofHours(12));
    }

    static CallCredentials credentials(final KeyFile key) {
        return new BearerToken(mint(key));
    }

    CallCredentials credentials() {
        return new BearerToken(token);
    }

    String token() {
        return token;
    }

    String address() {
        return address;
    }

    /** null = not ours. */
    VenueEndpoints endpoints() {
        return endpoints;
    }

    List<NodeProcess> nodes() {
        return node == null ? List.of() : List.of(node);
    }

    /** A channel of its own whose callbacks run on its network thread; the caller ends it. */
    ManagedChannel channel() throws IOException {
        return authority == null ? VenueChannels.plaintextDirect(address) : encrypted(address);
    }

    private ManagedChannel encrypted(final String target) throws IOException {
        return Grpc.newChannelBuilder(target, TlsChannelCredentials.newBuilder().trustManager(authority.toFile()).build()).directExecutor()
                .disableRetry().build();
    }

    /** New instruments with empty books. */
    int[] createInstruments(final int count) throws IOException {
        final ManagedChannel channel = authority == null ? VenueChannels.plaintext(admin) : encrypted(admin);
        try {
            return LoadVenue.createInstruments(channel, credentials(), count);
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
