package bourse.gateway.grpc;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;

/**
 * The I/O of an event loop, which can host an agent: one duty cycle before each turn of I/O, on the same thread, so that a message goes from the
 * socket to the log and back without changing threads. While it hosts, the loop does not block in the selector but idles as agents do. (An
 * agent as a task that submits itself again would starve the I/O.) Hot path.
 */
final class HostingIoHandler implements IoHandler {
    private static final int MAX_SPINS = 2;
    private static final int MAX_YIELDS = 20;
    private static final long MIN_PARK_NS = 20_000;
    private static final long MAX_PARK_NS = 100_000;

    private final IoHandler io;
    private final IdleStrategy idle = new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
    private final NeverBlocking neverBlocking = new NeverBlocking();
    private volatile Agent offered;
    private volatile ErrorHandler onFailure;
    private Agent agent;

    HostingIoHandler(final IoHandler io) {
        this.io = io;
    }

    /** Any thread; once. */
    void host(final Agent newAgent, final ErrorHandler failureHandler) {
        if (offered != null) {
            throw new IllegalStateException("this event loop hosts an agent already: " + offered.roleName());
        }
        onFailure = failureHandler;
        offered = newAgent;
    }

    @Override
    public int run(final IoHandlerContext context) {
        if (agent == null) {
            if (offered == null) {
                return io.run(context);
            }
            agent = offered;
            agent.onStart();
        }
        final int work = doWork();
        neverBlocking.context = context;
        final int events = io.run(neverBlocking);
        if (context.canBlock()) {
            idle.idle(work + events);
        }
        return events;
    }

    private int doWork() {
        try {
            return agent.doWork();
        } catch (final Exception e) {
            onFailure.onError(e);
            agent = new Agent() {
                @Override
                public int doWork() {
                    return 0;
                }

                @Override
                public String roleName() {
                    return "failed";
                }
            };
            return 0;
        }
    }

    @Override
    public void initialize() {
        io.initialize();
    }

    @Override
    public void prepareToDestroy() {
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        if (agent != null) {
            agent.onClose();
        }
        io.destroy();
    }

    @Override
    public IoRegistration register(final IoHandle handle) throws Exception {
        return io.register(handle);
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(final Class<? extends IoHandle> handleType) {
        return io.isCompatible(handleType);
    }

    private static final class NeverBlocking implements IoHandlerContext {
        private IoHandlerContext context;

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(final long currentTimeNanos) {
            return context.delayNanos(currentTimeNanos);
        }

        @Override
        public long deadlineNanos() {
            return context.deadlineNanos();
        }

        @Override
        public void reportActiveIoTime(final long activeNanos) {
            context.reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context.shouldReportActiveIoTime();
        }
    }
}
