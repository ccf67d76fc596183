package bourse.services.node;

import bourse.engine.log.Terminator;
import bourse.services.telemetry.Health;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads that agents of a process run on. An exception out of an agent is a bug or a lost engine: it stops the process, since going on
 * could skip something.
 */
final class AgentThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentThreads.class);

    private final Health health;
    private final Terminator terminator;
    private final List<AgentRunner> runners = new ArrayList<>();
    private final AtomicBoolean isClosing = new AtomicBoolean();

    AgentThreads(final Health health, final Terminator terminator) {
        this.health = health;
        this.terminator = terminator;
    }

    /** Runs the agent on a thread of its own until {@link #close()}; how that thread idles can be changed by what is returned. */
    DutyIdle start(final Agent agent) {
        final DutyIdle idle = new DutyIdle();
        final AgentRunner runner = new AgentRunner(idle, thrown -> failed(agent.roleName(), thrown), null, agent);
        runners.add(runner);
        AgentRunner.startOnThread(runner, work -> Thread.ofPlatform().name(agent.roleName()).unstarted(() -> {
            TimerSlack.lower();
            work.run();
        }));
        return idle;
    }

    private void failed(final String role, final Throwable thrown) {
        if (isClosing.get() && thrown instanceof AgentTerminationException) {
            return;
        }
        final String reason = "the agent " + role + " failed: " + thrown.getMessage();
        health.fail(reason);
        LOG.error("the process stops: {}", reason, thrown);
        terminator.terminate(reason, thrown);
    }

    /** Ends the agents, last started first. */
    @Override
    public void close() {
        isClosing.set(true);
        for (final AgentRunner runner : runners.reversed()) {
            CloseHelper.quietClose(runner);
        }
    }
}
