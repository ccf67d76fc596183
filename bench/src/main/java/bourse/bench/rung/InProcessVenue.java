package bourse.bench.rung;

import bourse.engine.match.MatcherLimits;
import bourse.gateway.EngineLink;
import bourse.gateway.Gateway;
import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.session.VenueFold;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.services.transport.AeronCommandLog;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardConnection;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/**
 * Engine and gateway in the rig's own process, reached over gRPC's in-process transport: everything but the network. The layout is that of
 * {@code bourse run}: a network thread, and one thread for all else.
 */
final class InProcessVenue implements AutoCloseable {
    static final String NAME = "bourse-bench";
    private static final long READY_NS = TimeUnit.SECONDS.toNanos(30);

    private final EngineSide engine;
    private final Gateway gateway;

    InProcessVenue(final Path directory, final MatcherLimits limits, final KeyFile key) throws IOException {
        engine = new EngineSide(directory, false, limits, Plant.NONE);
        engine.awaitLeader();
        final ShardConnection connection = new ShardConnection(engine.address(), "gateway", Throwable::printStackTrace);
        final AeronCommandLog log = new AeronCommandLog(connection);
        final AeronEventSource events = new AeronEventSource(connection, null, directory.resolve("log/archive"));
        gateway = new Gateway(GatewayConfig.builder().host("127.0.0.1").port(0).adminPort(0).build(), List.of(new EngineLink(log, events, new VenueFold(0))),
                new TokenVerifier(key.jwks(), "bourse", "bourse", InstantSource.system()),
                shard -> CompletableFuture.failedFuture(new IllegalStateException("a bench takes no snapshots")), new GatewayTelemetry(), AuditSink.NONE,
                server -> { }, executor -> InProcessServerBuilder.forName(NAME).executor(executor)).start();
        final Agent agent = gateway.agents().getFirst();
        engine.add(new Agent() {
            @Override
            public void onStart() {
                connection.open(engine.driver());
                agent.onStart();
            }

            @Override
            public int doWork() throws Exception {
                return agent.doWork();
            }

            @Override
            public void onClose() {
                agent.onClose();
                CloseHelper.quietCloseAll(events, log, connection);
            }

            @Override
            public String roleName() {
                return agent.roleName();
            }
        });
        final long giveUpNs = System.nanoTime() + READY_NS;
        while (!gateway.isReady()) {
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("the gateway is not ready after 30 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    int adminPort() {
        return gateway.adminPort();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(gateway, engine);
    }
}
