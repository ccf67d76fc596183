package bourse.gateway.guard;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before a server's accepted connections: only so many in all and from one address, and each has to begin to speak (TLS or HTTP/2) within the
 * handshake's time. What is too much is closed before anything is allocated for it. Cold. Thread: the accepting one; counts from any.
 */
@Sharable
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final ServerGuard.Terms terms;
    private final Offenders offenders;
    private final LongAdder refused;
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * @param offenders whose connections are closed at once, too
     * @param refused   counts the connections that were closed at once
     */
    ConnectionGate(final ServerGuard.Terms terms, final Offenders offenders, final LongAdder refused) {
        this.terms = terms;
        this.offenders = offenders;
        this.refused = refused;
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final Channel connection = (Channel) message;
        final InetAddress address = connection.remoteAddress() instanceof final InetSocketAddress internet ? internet.getAddress() : null;
        if (address == null || offenders.isTurnedAway(address) || !admit(address)) {
            refused.increment();
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> release(address));
        connection.pipeline().addLast(new FirstBytes(terms.handshakeTimeoutMs()));
        offenders.watch(connection, address);
        ctx.fireChannelRead(message);
    }

    private boolean admit(final InetAddress address) {
        if (connections.incrementAndGet() > terms.maxConnections()) {
            connections.decrementAndGet();
            return false;
        }
        final boolean[] admitted = new boolean[1];
        byAddress.compute(address, (key, count) -> {
            final int now = count == null ? 0 : count;
            admitted[0] = now < terms.maxPerAddress();
            return admitted[0] ? Integer.valueOf(now + 1) : count;
        });
        if (!admitted[0]) {
            connections.decrementAndGet();
        }
        return admitted[0];
    }

    private void release(final InetAddress address) {
        connections.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Closes a connection that has not sent the HTTP/2 preface and the head of a first frame, or so much of TLS, in time. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private static final int PREFACE_AND_FRAME_HEAD_BYTES = 24 + 9;

        private final int timeoutMs;
        private int bytes;

        FirstBytes(final int timeoutMs) {
            this.timeoutMs = timeoutMs;
        }

        @Override
        public void channelActive(final ChannelHandlerContext ctx) {
            ctx.executor().schedule(() -> {
                if (bytes < PREFACE_AND_FRAME_HEAD_BYTES) {
                    ctx.close();
                }
            }, timeoutMs, TimeUnit.MILLISECONDS);
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(final ChannelHandlerContext ctx, final Object message) {
            bytes += message instanceof final ByteBuf buffer ? buffer.readableBytes() : 0;
            ctx.fireChannelRead(message);
            if (bytes >= PREFACE_AND_FRAME_HEAD_BYTES && !ctx.isRemoved()) {
                ctx.pipeline().remove(this);
            }
        }
    }
}
