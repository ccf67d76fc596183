package bourse.engine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/**
 * Driver, archive, consensus module, service, and whatever the caller adds, in one duty cycle. Hot path. Thread: one, the caller's.
 *
 * <p>A part that waits for another calls back here: the consensus module and the service by this idle strategy, which runs every part that is
 * not itself waiting further up the stack; clients of the archive by {@link #archivePump()}, which runs driver and archive only.
 */
final class OneThreadAgent implements Agent, IdleStrategy {
    private final int driverEveryCycles;
    private final Runnable onStart;
    private final BooleanSupplier serviceMayStart;
    private final Runnable onClose;
    private final ConcurrentLinkedQueue<Agent> newcomers = new ConcurrentLinkedQueue<>();
    private final List<Agent> colocated = new ArrayList<>();
    private AgentInvoker driver;
    private AgentInvoker archive;
    private AgentInvoker consensus;
    private AgentInvoker service;
    private boolean archiveIsBusy;
    private boolean consensusIsBusy;
    private boolean serviceIsBusy;
    private int cyclesUntilDriver;
    private int archiveCallsUntilDriver;
    private int lastWork;
    private volatile boolean isClosed;

    /**
     * @param onStart         launches the parts, on the thread that will run them: the archive insists
     * @param serviceMayStart the consensus module has got far enough that a starting service does not wait for it
     */
    OneThreadAgent(final int driverEveryCycles, final Runnable onStart, final BooleanSupplier serviceMayStart,
                   final Runnable onClose) {
        this.driverEveryCycles = driverEveryCycles;
        this.onStart = onStart;
        this.serviceMayStart = serviceMayStart;
        this.onClose = onClose;
    }

    void driver(final AgentInvoker invoker) {
        driver = invoker;
    }

    void archive(final AgentInvoker invoker) {
        archive = invoker;
    }

    /** While the consensus module starts it waits for the service, and must not be run again. */
    void consensusIsStarting() {
        consensusIsBusy = true;
    }

    void consensus(final AgentInvoker invoker) {
        consensus = invoker;
        consensusIsBusy = false;
    }

    void service(final AgentInvoker invoker) {
        service = invoker;
    }

    /** From the next cycle on, {@code agent} runs here too. Any thread. */
    void addColocated(final Agent agent) {
        newcomers.add(agent);
    }

    @Override
    public String roleName() {
        return "sequenced-log";
    }

    @Override
    public void onStart() {
        onStart.run();
    }

    @Override
    public int doWork() throws Exception {
        int work = 0;
        if (--cyclesUntilDriver <= 0 || lastWork == 0) {
            cyclesUntilDriver = driverEveryCycles;
            work += driver.invoke();
        }
        work += pumpParts();
        if (!newcomers.isEmpty()) {
            admitNewcomers();
        }
        for (int i = 0, size = colocated.size(); i < size; i++) {
            work += colocated.get(i).doWork();
        }
        lastWork = work;
        if (archive.isClosed() || consensus.isClosed() || service.isClosed()) {
            throw new AgentTerminationException("a part of the sequenced log has ended");
        }
        return work;
    }

    private void admitNewcomers() {
        Agent agent;
        while ((agent = newcomers.poll()) != null) {
            agent.onStart();
            colocated.add(agent);
        }
    }

    /** Runs every part that is not waiting; for parts that are. */
    private int pump() {
        return driver.invoke() + pumpParts();
    }

    /** Runs driver and archive: for a client that waits for the archive's answer. */
    private int pumpArchive() {
        return driver.invoke() + invokeArchive();
    }

    private int invokeArchive() {
        if (archiveIsBusy || archive == null) {
            return 0;
        }
        archiveIsBusy = true;
        final int work = archive.invoke();
        archiveIsBusy = false;
        return work;
    }

    private int pumpParts() {
        int work = invokeArchive();
        if (!consensusIsBusy && consensus != null) {
            consensusIsBusy = true;
            work += consensus.invoke();
            consensusIsBusy = false;
        }
        if (!serviceIsBusy && service != null) {
            serviceIsBusy = true;
            if (service.isStarted()) {
                work += service.invoke();
            } else if (serviceMayStart.getAsBoolean()) {
                service.start();
            }
            serviceIsBusy = false;
        }
        return work;
    }

    /**
     * The driver as the archive invokes it, three times in each cycle, when it has no network to look at: seldom. What of it others wait for, limits of
     * publications and new ones, waits for some cycles at most; a part that waits for it asks again and again.
     */
    Agent seldomDriver() {
        return new Agent() {
            @Override
            public int doWork() {
                if (--archiveCallsUntilDriver > 0) {
                    return 0;
                }
                archiveCallsUntilDriver = driverEveryCycles;
                if (driver.isClosed()) {
                    throw new AgentTerminationException("the media driver has ended");
                }
                return driver.invoke();
            }

            @Override
            public String roleName() {
                return "seldom-driver";
            }
        };
    }

    /** Driver and archive as what a waiting client of the archive invokes. */
    Agent archivePump() {
        return new Agent() {
            @Override
            public int doWork() {
                return pumpArchive();
            }

            @Override
            public String roleName() {
                return "archive-pump";
            }
        };
    }

    @Override
    public void onClose() {
        if (!isClosed) {
            isClosed = true;
            colocated.forEach(Agent::onClose);
            onClose.run();
        }
    }

    @Override
    public void idle(final int workCount) {
        if (workCount <= 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        if (pump() == 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void reset() {
        // nothing is remembered between waits
    }

    @Override
    public String alias() {
        return "sequenced-log";
    }
}
