package bourse.gateway.guard;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops, by epoll where it is there, for a server that has none of its own and is to be guarded. Any thread. */
public final class GuardedLoops implements AutoCloseable {
    private static final int CLOSE_SECONDS = 3;

    private final EventLoopGroup accepting;
    private final EventLoopGroup serving;

    /** @param threads that serve; one more accepts, and sleeps otherwise */
    public GuardedLoops(final int threads, final String name) {
        final IoHandlerFactory handlers = Sockets.handlers();
        accepting = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name + "-accept", true), handlers);
        serving = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers);
    }

    /** The server runs on these loops, behind the guard. */
    public void serve(final NettyServerBuilder builder, final ServerGuard guard) {
        builder.bossEventLoopGroup(accepting).workerEventLoopGroup(serving);
        guard.guard(builder);
    }

    /** After the server. */
    @Override
    public void close() {
        for (final EventLoopGroup loops : List.of(accepting, serving)) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
