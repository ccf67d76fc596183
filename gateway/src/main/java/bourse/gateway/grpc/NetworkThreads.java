package bourse.gateway.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import bourse.gateway.guard.Sockets;

import org.agrona.concurrent.Agent;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;

/**
 * The event loops of the gateway's servers, by epoll where it is there: few threads of their own, or none. With none, one event loop is driven by
 * the agent's thread ({@link #driving}), so that a message goes from the socket to the log and back without changing threads. Accepting
 * has a thread of its own, which sleeps otherwise: connections of those who are turned away take no time from those who are here.
 */
public final class NetworkThreads implements AutoCloseable {
    /** Bounds one turn of I/O and tasks, after which the agent has its turn. */
    private static final long TURN_NS = 200_000;
    private static final long CLOSE_NS = 2_000_000_000L;

    private final EventLoopGroup accepting;
    private final EventLoopGroup serving;
    private final ManualIoEventLoop driven;
    private final List<NetworkThread> threads = new ArrayList<>();

    /** @param threadCount 0 = the agent drives the one event loop there is */
    public NetworkThreads(final int threadCount) {
        final IoHandlerFactory handlers = Sockets.handlers();
        accepting = new MultiThreadIoEventLoopGroup(1, named("gateway-accept-"), handlers);
        if (threadCount == 0) {
            driven = new ManualIoEventLoop(null, handlers);
            serving = driven;
            threads.add(new NetworkThread(driven));
            return;
        }
        driven = null;
        serving = new MultiThreadIoEventLoopGroup(threadCount, named("gateway-network-"), handlers);
        for (final EventExecutor executor : serving) {
            threads.add(new NetworkThread(executor));
        }
    }

    private static ThreadFactory named(final String prefix) {
        final AtomicInteger index = new AtomicInteger();
        return task -> {
            final Thread thread = new Thread(task, prefix + index.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The agent, which drives the event loop where that has no thread of its own. */
    public Agent driving(final Agent agent) {
        return driven == null ? agent : new DrivingAgent(agent, driven);
    }

    /** On the thread that drives the event loop: waits for I/O, at most so long, and does it. Elsewhere, and before that thread began, only sleeps. */
    public void await(final long timeoutNs) {
        if (driven != null && driven.inEventLoop() && !driven.isShuttingDown()) {
            driven.run(timeoutNs, TURN_NS);
        } else {
            LockSupport.parkNanos(timeoutNs);
        }
    }

    EventLoopGroup accepting() {
        return accepting;
    }

    EventLoopGroup serving() {
        return serving;
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

    /** A driven event loop ends with its agent. */
    @Override
    public void close() {
        if (driven == null) {
            serving.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        }
        accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    /** A turn of I/O, then the agent's duty cycle. Hot path. */
    private static final class DrivingAgent implements Agent {
        private final Agent agent;
        private final ManualIoEventLoop loop;

        DrivingAgent(final Agent agent, final ManualIoEventLoop loop) {
            this.agent = agent;
            this.loop = loop;
        }

        @Override
        public void onStart() {
            loop.setOwningThread(Thread.currentThread());
            agent.onStart();
        }

        @Override
        public int doWork() throws Exception {
            return loop.runNow(TURN_NS) + agent.doWork();
        }

        @Override
        public void onClose() {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            final long deadlineNs = System.nanoTime() + CLOSE_NS;
            while (!loop.isTerminated() && System.nanoTime() - deadlineNs < 0) {
                loop.runNow(TURN_NS);
                Thread.onSpinWait();
            }
            agent.onClose();
        }

        @Override
        public String roleName() {
            return agent.roleName();
        }
    }
}
