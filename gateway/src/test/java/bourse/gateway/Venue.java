package bourse.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.nimbusds.jose.jwk.JWK;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.JwksKeys;
import bourse.gateway.auth.JwksSources;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenKeys;
import bourse.gateway.auth.TokenMinter;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.session.VenueFold;
import bourse.gateway.telemetry.GatewayTelemetry;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;

/** A gateway on free ports before a {@link FakeEngine}, and clients of it. */
final class Venue implements AutoCloseable {
    final FakeEngine engine;
    final Gateway gateway;
    final KeyFile keyFile;
    final TokenMinter minter;
    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    volatile Throwable agentFailure;
    /** Runs before a signature is checked. */
    volatile Runnable beforeSignature = () -> { };

    Venue() throws Exception {
        this(builder -> {
        });
    }

    Venue(final Consumer<GatewayConfig.Builder> settings) throws Exception {
        this(settings, AuditSink.NONE);
    }

    Venue(final Consumer<GatewayConfig.Builder> settings, final AuditSink audit) throws Exception {
        this(settings, audit, Map.of(0, new FakeEngine()));
    }

    /** Before several engines, by number of their shard. */
    Venue(final Consumer<GatewayConfig.Builder> settings, final AuditSink audit, final Map<Integer, FakeEngine> engines) throws Exception {
        engine = engines.values().iterator().next();
        final Path folder = Files.createTempDirectory("gateway-test");
        keyFile = KeyFile.openOrCreate(folder);
        minter = new TokenMinter(keyFile);
        final GatewayConfig.Builder config = GatewayConfig.builder().host("127.0.0.1").port(0).adminPort(0);
        settings.accept(config);
        gateway = new Gateway(config.build(), engines.entrySet().stream()
            .map(one -> new EngineLink(one.getValue(), one.getValue(), new VenueFold(one.getKey()))).toList(), verifier(),
            shard -> CompletableFuture.completedFuture(42L + shard), new GatewayTelemetry(), audit, server -> { }).start();
        for (final Agent agent : gateway.agents()) {
            final AgentRunner runner = new AgentRunner(new BackoffIdleStrategy(10, 10, 1_000, 100_000), failure -> agentFailure = failure, null, agent);
            runners.add(runner);
            AgentRunner.startOnThread(runner).setName("gateway-agent");
        }
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (engines.keySet().stream().anyMatch(shard -> engines.get(shard).connected && !gateway.isReady(shard)) && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }

    private TokenVerifier verifier() throws IOException {
        final TokenKeys keys = new JwksKeys(JwksSources.file(keyFile.jwks()), JwksKeys.Terms.OF_A_FILE, InstantSource.system());
        return new TokenVerifier(new TokenKeys() {
            @Override
            public JWK find(final String keyId) {
                beforeSignature.run();
                return keys.find(keyId);
            }

            @Override
            public long generation() {
                return keys.generation();
            }

            @Override
            public boolean isUsable() {
                return keys.isUsable();
            }

            @Override
            public String describe() {
                return keys.describe();
            }
        }, TokenVerifier.DEFAULT_ISSUER, TokenVerifier.DEFAULT_AUDIENCE, InstantSource.system());
    }

    String token(final int account) {
        return minter.mint("test", account, EnumSet.of(Right.TRADE, Right.READ), new int[0], Duration.ofHours(1));
    }

    String token(final int account, final Set<Right> rights, final int... instruments) {
        return minter.mint("test", account, rights, instruments, Duration.ofHours(1));
    }

    ManagedChannel channel() {
        return channel(gateway.port());
    }

    ManagedChannel adminChannel() {
        return channel(gateway.adminPort());
    }

    private ManagedChannel channel(final int port) {
        final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
        channels.add(channel);
        return channel;
    }

    /** What a call of the method with an empty message ends with that carries no token; OK when it is answered. */
    io.grpc.Status.Code codeWithoutToken(final ManagedChannel channel, final io.grpc.MethodDescriptor<?, ?> method) throws Exception {
        final io.grpc.MethodDescriptor.Marshaller<byte[]> bytes = new io.grpc.MethodDescriptor.Marshaller<>() {
            @Override
            public java.io.InputStream stream(final byte[] value) {
                return new java.io.ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(final java.io.InputStream stream) {
                return new byte[0];
            }
        };
        final java.util.concurrent.CompletableFuture<io.grpc.Status.Code> ended = new java.util.concurrent.CompletableFuture<>();
        final io.grpc.ClientCall<byte[], byte[]> call = channel.newCall(method.toBuilder(bytes, bytes).build(), io.grpc.CallOptions.DEFAULT);
        call.start(new io.grpc.ClientCall.Listener<>() {
            @Override
            public void onMessage(final byte[] message) {
                ended.complete(io.grpc.Status.Code.OK);
            }

            @Override
            public void onClose(final io.grpc.Status status, final Metadata trailers) {
                ended.complete(status.getCode());
            }
        }, new Metadata());
        call.request(1);
        call.sendMessage(new byte[0]);
        call.halfClose();
        final io.grpc.Status.Code code = ended.get(5, TimeUnit.SECONDS);
        call.cancel("seen", null);
        return code;
    }

    static <S extends AbstractStub<S>> S with(final S stub, final String token) {
        final Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** As a process does that ends its threads before it closes what they ran. */
    void endAgent() {
        runners.forEach(AgentRunner::close);
    }

    @Override
    public void close() throws Exception {
        for (final ManagedChannel channel : channels) {
            channel.shutdownNow();
        }
        gateway.close();
        runners.forEach(AgentRunner::close);
        if (agentFailure != null) {
            throw new AssertionError("the agent failed", agentFailure);
        }
    }
}
