package bourse.gateway.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;

/** The event loops of the gateway's servers: few, named, by epoll where it is there. */
public final class NetworkThreads implements AutoCloseable {
    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> channelType;
    private final List<NetworkThread> threads = new ArrayList<>();
    private final List<HostingIoHandler> hosts = new CopyOnWriteArrayList<>();

    public NetworkThreads(final int threadCount) {
        final boolean epoll = Epoll.isAvailable();
        final IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        final IoHandlerFactory handlers = executor -> {
            final HostingIoHandler handler = new HostingIoHandler(io.newHandler(executor));
            hosts.add(handler);
            return handler;
        };
        final AtomicInteger index = new AtomicInteger();
        group = new MultiThreadIoEventLoopGroup(threadCount, task -> {
            final Thread thread = new Thread(task, "gateway-network-" + index.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }, handlers);
        channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        for (final EventExecutor executor : group) {
            threads.add(new NetworkThread((EventLoop) executor));
        }
    }

    /** The first event loop runs the agent between its turns of I/O, until it is closed; see {@link HostingIoHandler}. */
    public void host(final Agent agent, final ErrorHandler onFailure) {
        hosts.getFirst().host(agent, onFailure);
        threads.getFirst().loop.execute(() -> { });
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> channelType() {
        return channelType;
    }

    /** The thread that is calling. */
    NetworkThread current() {
        for (int i = 0; i < threads.size(); i++) {
            final NetworkThread thread = threads.get(i);
            if (thread.loop.inEventLoop()) {
                return thread;
            }
        }
        throw new IllegalStateException("not a network thread: " + Thread.currentThread().getName());
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
