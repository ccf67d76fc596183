package bourse.gateway.guard;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ServerChannel;

/** Stands before one server, whatever that serves: what strangers may send it, and how many of them there may be. Any thread. */
public final class ServerGuard {
    private static final int MAX_METADATA_BYTES = 8 * 1024;

    private final Terms terms;
    private final Offenders offenders;
    private final ConnectionGate gate;

    /**
     * What a server takes.
     *
     * @param maxConnections     at once, 1 or more
     * @param maxPerAddress      of these; not below {@code maxConnections} = all clients come through one proxy, and addresses say nothing
     * @param handshakeTimeoutMs from the connection to the first frame
     */
    public record Terms(int maxConnections, int maxPerAddress, int handshakeTimeoutMs) {
    }

    /**
     * @param refused counts the connections that were closed at once
     * @param ended   counts those that were ended for what they sent
     */
    public ServerGuard(final Terms terms, final LongAdder refused, final LongAdder ended) {
        this.terms = terms;
        offenders = new Offenders(terms.maxPerAddress < terms.maxConnections, ended);
        gate = new ConnectionGate(terms, offenders, refused);
    }

    /**
     * Before the server is built. The guard makes the listening channel, so the builder needs event loops ({@code bossEventLoopGroup},
     * {@code workerEventLoopGroup}) with {@link Sockets#handlers}.
     */
    public void guard(final NettyServerBuilder builder) {
        builder.channelFactory(() -> {
            final ServerChannel channel = Sockets.listening();
            channel.pipeline().addFirst(gate);
            return channel;
        });
        builder.maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxRstFramesPerWindow(GuardLimits.RESETS, (int) TimeUnit.NANOSECONDS.toSeconds(GuardLimits.WINDOW_NS))
            .handshakeTimeout(terms.handshakeTimeoutMs, TimeUnit.MILLISECONDS);
        builder.addStreamTracerFactory(offenders.tracers());
    }
}
