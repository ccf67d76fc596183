package bourse.engine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/**
 * Driver, archive, consensus module, service, and whatever the caller adds, in one duty cycle. Hot path. Thread: one, the caller's.
 *
 * <p>A part that waits for another (the service for the archive, the consensus module for the service) calls {@link #pump()}, as
 * an idle strategy or an invoker: it runs every part that is not itself waiting further up the stack.
 */
final class OneThreadAgent implements Agent, IdleStrategy {
    private final int driverEveryCycles;
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
    private int lastWork;
    private volatile boolean isClosed;

    OneThreadAgent(final int driverEveryCycles, final Runnable onClose) {
        this.driverEveryCycles = driverEveryCycles;
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
    int pump() {
        return driver.invoke() + pumpParts();
    }

    private int pumpParts() {
        int work = 0;
        if (!archiveIsBusy && archive != null) {
            archiveIsBusy = true;
            work += archive.invoke();
            archiveIsBusy = false;
        }
        if (!consensusIsBusy && consensus != null) {
            consensusIsBusy = true;
            work += consensus.invoke();
            consensusIsBusy = false;
        }
        if (!serviceIsBusy && service != null) {
            serviceIsBusy = true;
            if (service.isStarted()) {
                work += service.invoke();
            } else {
                service.start();
            }
            serviceIsBusy = false;
        }
        return work;
    }

    /** This cycle as something that a waiting client of the archive invokes. */
    Agent pumpAgent() {
        return new Agent() {
            @Override
            public int doWork() {
                return pump();
            }

            @Override
            public String roleName() {
                return "sequenced-log-pump";
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
