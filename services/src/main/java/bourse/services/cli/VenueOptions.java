package bourse.services.cli;

import bourse.admin.v1.AdminGrpc;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.OrderEntryGrpc;
import bourse.reference.v1.ReferenceGrpc;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.client.VenueEndpoints;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How a command finds the venue and says who it is; a picocli {@code @Mixin}. In the directory where a venue runs both need no option: its
 * addresses stand in its data directory, and so does the key that signs tokens.
 */
public final class VenueOptions implements AutoCloseable {
    /** Longer than a gateway waits for an outcome: its answer says where there was none, and where the command was done. */
    private static final int DEADLINE_SECONDS = 13;
    private static final int SNAPSHOT_DEADLINE_SECONDS = 70;

    @Mixin
    private ConfigOptions config;

    @Option(names = "--address", paramLabel = "HOST:PORT",
        description = "Port to call (default: $$BOURSE_ADDRESS, or the one that the venue in the data directory wrote down).")
    private String address;

    @Option(names = "--token", paramLabel = "TOKEN",
        description = "Token from `bourse token` (default: $$BOURSE_TOKEN, or one minted here with the key in the data directory).")
    private String token;

    @Option(names = "--account", paramLabel = "N", description = "Account that a token minted here is for (default: ${DEFAULT-VALUE}).",
        defaultValue = "1")
    private int account;

    @Option(names = "--tls-ca", paramLabel = "FILE", description = "PEM of the authority that signed the venue's certificate.")
    private Path authority;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "PEM of your own certificate, where the venue asks for one.")
    private Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM of its private key.")
    private Path key;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private VenueEndpoints endpoints;

    int account() {
        return account;
    }

    OrderEntryGrpc.OrderEntryBlockingStub orderEntry() {
        return authorised(OrderEntryGrpc.newBlockingStub(open(VenueEndpoints::orderEntry, "order entry")), "trade,read");
    }

    DropCopyGrpc.DropCopyBlockingStub dropCopy() {
        return streaming(DropCopyGrpc.newBlockingStub(open(VenueEndpoints::orderEntry, "order entry")), "read");
    }

    ReferenceGrpc.ReferenceBlockingStub reference() {
        return authorised(ReferenceGrpc.newBlockingStub(open(VenueEndpoints::orderEntry, "order entry")), "read");
    }

    /** Reference data by the market-data port, for commands whose {@code --address} is that port; by order entry where the venue here has none. */
    ReferenceGrpc.ReferenceBlockingStub referenceOfMarketData() {
        return authorised(ReferenceGrpc.newBlockingStub(open(venue -> venue.marketData() == null ? venue.orderEntry() : venue.marketData(), "market data")), "read");
    }

    MarketDataGrpc.MarketDataBlockingStub marketData() {
        return authorised(MarketDataGrpc.newBlockingStub(open(VenueEndpoints::marketData, "market data")), "read");
    }

    /** Without a deadline. */
    MarketDataGrpc.MarketDataBlockingStub marketDataStream() {
        return streaming(MarketDataGrpc.newBlockingStub(open(VenueEndpoints::marketData, "market data")), "read");
    }

    /** For a snapshot, which under load may take a minute; then the engine gives up waiting itself. */
    AdminGrpc.AdminBlockingStub snapshots() {
        return streaming(AdminGrpc.newBlockingStub(open(VenueEndpoints::admin, "administration")), "admin")
            .withInterceptors(new DeadlineInterceptor(SNAPSHOT_DEADLINE_SECONDS, TimeUnit.SECONDS));
    }

    AdminGrpc.AdminBlockingStub admin() {
        return authorised(AdminGrpc.newBlockingStub(open(VenueEndpoints::admin, "administration")), "admin");
    }

    ConfigOptions config() {
        return config;
    }

    /** @throws CommandFailure when no venue has written down where it listens */
    VenueEndpoints endpoints() {
        if (endpoints == null) {
            try {
                endpoints = VenueEndpoints.read(config.load().dataDir());
            } catch (final IOException e) {
                throw new CommandFailure("no venue found: " + e.getMessage() + "; start one with `bourse run`, or give --address", e);
            }
        }
        return endpoints;
    }

    private <S extends AbstractStub<S>> S authorised(final S stub, final String rights) {
        return streaming(stub, rights).withInterceptors(new DeadlineInterceptor(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }

    private <S extends AbstractStub<S>> S streaming(final S stub, final String rights) {
        return stub.withCallCredentials(new BearerToken(token(rights)));
    }

    private String token(final String rights) {
        if (token != null) {
            return token;
        }
        final String given = System.getenv("BOURSE_TOKEN");
        if (given != null && !given.isEmpty()) {
            return given;
        }
        return TokenCommand.mint(config.load(), account, rights, "bourse-cli", TokenCommand.SHORT_LIFE);
    }

    private ManagedChannel open(final Function<VenueEndpoints, String> port, final String what) {
        final ManagedChannel channel;
        try {
            final String at = address(port, what);
            final boolean isTls = authority != null || addressOption() == null && endpoints().tls();
            channel = isTls ? VenueChannels.tls(at, authority, certificate, key) : VenueChannels.plaintext(at);
        } catch (final IOException e) {
            throw new CommandFailure("--tls-ca, --tls-cert or --tls-key: cannot be used: " + e.getMessage(), e);
        }
        channels.add(channel);
        return channel;
    }

    private String address(final Function<VenueEndpoints, String> port, final String what) {
        final String given = addressOption();
        if (given != null) {
            return given;
        }
        final String at = port.apply(endpoints());
        if (at == null) {
            throw new CommandFailure("the venue here does not serve " + what + "; name a port that does with --address");
        }
        return at;
    }

    private String addressOption() {
        if (address != null) {
            return address;
        }
        final String given = System.getenv("BOURSE_ADDRESS");
        return given == null || given.isEmpty() ? null : given;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
