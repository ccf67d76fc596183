package bourse.gateway.guard;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.netty.channel.Channel;

/**
 * Remembers the addresses whose connections had to be ended for what they sent: one with too many gets no new ones for a while, which costs the
 * gateway less than hearing it out again. What is connected stays. As a tracer it learns how each call ended. Threads: accepting, and the event loops.
 */
public final class Offenders {
    private record Offences(int count, long sinceNs) {
    }

    private final boolean addressesMatter;
    private final LongAdder ended;
    private final ConcurrentHashMap<InetAddress, Offences> byAddress = new ConcurrentHashMap<>();
    /** The connection whose bytes this thread is handing on. */
    private final ThreadLocal<FrameGuard[]> reading = ThreadLocal.withInitial(() -> new FrameGuard[1]);

    /**
     * @param addressesMatter false = all clients come through one proxy: nobody is turned away
     * @param ended           counts the connections that were ended for what they sent
     */
    public Offenders(final boolean addressesMatter, final LongAdder ended) {
        this.addressesMatter = addressesMatter;
        this.ended = ended;
    }

    /** The address has misbehaved too often of late. */
    public boolean isTurnedAway(final InetAddress address) {
        final Offences offences = byAddress.get(address);
        return offences != null && offences.count >= GuardLimits.OFFENCES && System.nanoTime() - offences.sinceNs < GuardLimits.WINDOW_NS;
    }

    /** Counts the frames of a connection from its first byte. */
    public void watch(final Channel connection, final InetAddress address) {
        connection.pipeline().addLast(new FrameGuard.Installer(new FrameGuard(this, address, reading)));
    }

    /** For the server's builder: tells the connection of each call how that ended. */
    public ServerStreamTracer.Factory tracers() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(final String method, final Metadata headers) {
                final FrameGuard guard = reading.get()[0];
                return guard == null ? new ServerStreamTracer() { } : new CallTracer(guard);
            }
        };
    }

    private static final class CallTracer extends ServerStreamTracer {
        private final FrameGuard guard;

        CallTracer(final FrameGuard guard) {
            this.guard = guard;
            guard.callStarted();
        }

        @Override
        public void streamClosed(final Status status) {
            switch (status.getCode()) {
                case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT, FAILED_PRECONDITION, INTERNAL, UNKNOWN -> guard.callRefused();
                default -> { }
            }
        }
    }

    void offended(final InetAddress address) {
        ended.increment();
        if (addressesMatter) {
            final long nowNs = System.nanoTime();
            if (byAddress.size() >= GuardLimits.ADDRESSES) {
                byAddress.values().removeIf(offences -> nowNs - offences.sinceNs >= GuardLimits.WINDOW_NS);
            }
            if (byAddress.size() < GuardLimits.ADDRESSES) {
                byAddress.compute(address, (key, known) -> known == null || nowNs - known.sinceNs >= GuardLimits.WINDOW_NS
                    ? new Offences(1, nowNs) : new Offences(known.count + 1, known.sinceNs));
            }
        }
    }
}
