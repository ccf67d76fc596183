package bourse.services.node;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.marketdata.FeedFold;
import bourse.marketdata.MarketDataConfig;
import bourse.marketdata.MarketDataServer;
import bourse.marketdata.MarketDataTelemetry;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.sbe.port.EventSource;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.config.ConfigLoader;
import bourse.services.config.VenueConfig;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The market-data port denies by default: what no rule names is nobody's, and every rule asks for a token. */
@Timeout(60)
class FeedAccessTest {
    @TempDir
    private Path dir;

    /** A recording without events. */
    private static final class NoEvents implements EventSource {
        @Override
        public int poll(final Handler handler, final int fragmentLimit) {
            return 0;
        }

        @Override
        public boolean isCaughtUp() {
            return true;
        }

        @Override
        public long firstAvailableEventSeq() {
            return 1;
        }

        @Override
        public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
            return null;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(final byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(final InputStream stream) {
            return new byte[0];
        }
    }

    private static Status.Code code(final ManagedChannel channel, final MethodDescriptor<?, ?> method, final BearerToken token) {
        final MethodDescriptor<byte[], byte[]> raw = method.toBuilder(new Bytes(), new Bytes()).setType(MethodType.SERVER_STREAMING).build();
        final CallOptions options = token == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withCallCredentials(token);
        try {
            return ClientCalls.blockingServerStreamingCall(channel, raw, options, new byte[0]).hasNext() ? Status.Code.OK : Status.Code.UNKNOWN;
        } catch (final StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void shouldHaveARuleForEveryMethodOfThePortAndDenyWhatHasNone() throws Exception {
        final VenueConfig config = ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir, "marketdata.access=token", "gateway.reflection=true"));
        final MarketDataConfig feed = MarketDataConfig.defaults().withMulticast(FeedAddresses.defaults(), false, 0).withPorts("127.0.0.1", 0, -1);
        final List<String> asked = new ArrayList<>();
        try (FeedAccess access = new FeedAccess(config);
             MarketDataServer server = new MarketDataServer(feed, new NoEvents(), new FeedFold(), MarketDataTelemetry.NONE, access.credentials(),
                 access.interceptors()).observed(builder -> access.explorable(builder).addService(ChannelzService.newInstance(8))).start()) {
            final ManagedChannel channel = VenueChannels.plaintext("127.0.0.1:" + server.grpcPort());
            final BearerToken operator = new BearerToken(new TokenMinter(KeyFile.openOrCreate(dir)).mint("test", 1, EnumSet.allOf(Right.class), new int[0],
                Duration.ofMinutes(5)));
            try {
                for (final ServerServiceDefinition service : server.services()) {
                    for (final ServerMethodDefinition<?, ?> one : service.getMethods()) {
                        final MethodDescriptor<?, ?> method = one.getMethodDescriptor();
                        final String name = method.getFullMethodName();
                        asked.add(name);
                        if (name.startsWith("grpc.channelz.")) {
                            assertThat(code(channel, method, operator)).as("no rule for %s", name).isEqualTo(Status.Code.PERMISSION_DENIED);
                        } else {
                            final boolean isOpen = name.startsWith("grpc.health.") || name.startsWith("grpc.reflection.");
                            assertThat(code(channel, method, null)).as(name)
                                .isEqualTo(isOpen ? Status.Code.OK : Status.Code.UNAUTHENTICATED);
                        }
                    }
                }
                assertThat(access.refused()).isPositive();
            } finally {
                channel.shutdownNow();
            }
        }
        assertThat(asked).contains("bourse.marketdata.v1.MarketData/Subscribe", "bourse.marketdata.v1.MarketData/Snapshot",
            "bourse.marketdata.v1.MarketData/Replay", "grpc.health.v1.Health/Check", "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "grpc.channelz.v1.Channelz/GetServers");
    }
}
